package check

import (
	"context"
	"errors"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/trace"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/poll"
	"github.com/leaktop/leaktop/source/session"
)

// tracedLoad runs the load and takes an execution trace in the middle of it, or
// during all of it if it is short: after the last load, which took as long,
// goroutines with an unknown creator remained.
func (l *loadTest) tracedLoad(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	waiting, over := context.WithCancel(ctx)
	defer over()
	wait := max(0, (l.took-session.TraceSeconds*time.Second)/2)
	done := make(chan error, 1)
	go func() {
		if poll.SleepFor(waiting, wait) != nil {
			done <- errors.New("the load was over before it was traced")
			return
		}
		done <- l.traceLoad(ctx)
	}()
	// A very short load starts after the trace.
	if wait == 0 && poll.SleepFor(ctx, l.sampleGap) != nil {
		<-done
		return context.Cause(ctx)
	}
	err := l.runLoad(ctx)
	over()
	if err != nil {
		cancel()
	}
	if why := <-done; why != nil && err == nil && parent.Err() == nil {
		l.runner.noteUntraced(why)
	}
	return err
}

// traceLoad traces the load to find the creators of goroutines.
func (l *loadTest) traceLoad(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	c, err := l.runner.watch.Fetch(ctx, source.Query{Kind: profile.Trace, Seconds: session.TraceSeconds})
	if err != nil {
		return err
	}
	t, err := trace.Read(ctx, c.Data)
	if err != nil {
		return err
	}
	l.creators = trace.NewCreatorIndex(t.Creators(l.history))
	return nil
}

// creatorsOf returns what a trace says about the goroutines of groups, by stack.
func creatorsOf(groups []profile.Group, x trace.CreatorIndex) map[*profile.Stack]leak.StackFacts {
	out := map[*profile.Stack]leak.StackFacts{}
	for i := range groups {
		for _, s := range groups[i].Stacks {
			if who := x.CreatorsOf(s); len(who) > 0 {
				out[s] = leak.StackFacts{Creators: who}
			}
		}
	}
	return out
}
