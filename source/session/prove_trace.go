package session

import (
	"context"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/trace"
	"github.com/leaktop/leaktop/source"
)

// TraceSeconds is the duration of a trace, and LongTraceSeconds that of another one
// if too few goroutines started during the first.
const (
	TraceSeconds     = 3
	LongTraceSeconds = 10
)

// maxTraceReadTime bounds the time to parse a trace: one of 64 MiB takes about 5 s.
const maxTraceReadTime = 30 * time.Second

// Trace requests an execution trace of some seconds, see [Session.NameCreators].
func (s *Session) Trace(ctx context.Context, seconds int) (profile.Outcome, error) {
	wanted := s.unattributedStacks()
	read, err := fetchTrace(ctx, s, seconds)
	if err != nil {
		return profile.Outcome{}, err
	}
	o := s.newTraceOutcome(wanted, read, seconds)
	s.addOutcome(o)
	return o, nil
}

// fetchTrace fetches an execution trace, and has the judge consider it.
func fetchTrace(ctx context.Context, s *Session, seconds int) (read trace.Trace, err error) {
	err = s.fetchAnswer(ctx, source.Query{Kind: profile.Trace, Seconds: seconds}, func(c profile.Capture) (func(*userAnswers), error) {
		ctx, cancel := context.WithTimeout(ctx, maxTraceReadTime)
		defer cancel()
		var err error
		if read, err = trace.Read(ctx, c.Data); err != nil {
			return nil, err
		}
		x := creatorTrace{c.Time, trace.NewCreatorIndex(read.Creators(s.currentBuilder()))}
		return func(a *userAnswers) {
			a.traces = append(a.traces, x)
			a.traces = a.traces[max(0, len(a.traces)-maxTraces):]
		}, nil
	})
	return read, err
}

// unattributedStacks returns the stacks of suspects that have none of the user's
// code. A creator may already have been inferred from the heap; a trace is certain.
func (s *Session) unattributedStacks() []*profile.Stack {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*profile.Stack
	for _, x := range s.known.state.Report.Suspects {
		if g := x.Group; x.Kind == leak.Goroutine && g != nil && len(g.Stacks) > 0 && g.Blame != nil && g.Blame.Class < profile.ClassDep {
			out = append(out, g.Stacks[0])
		}
	}
	return out
}

// newTraceOutcome sums up a trace: who starts the stacks that wanted a creator.
func (s *Session) newTraceOutcome(wanted []*profile.Stack, read trace.Trace, seconds int) profile.Outcome {
	s.mu.Lock()
	known := s.known.answers.known
	s.mu.Unlock()
	o := profile.Outcome{
		Request: profile.RequestTrace, Seconds: seconds,
		Goroutines: read.Started, Stayed: read.Started - read.Ended, Wanted: len(wanted) > 0,
	}
	for _, k := range known {
		if len(k.Creators) > 0 {
			o.Places++
		}
	}
	for _, stack := range wanted {
		if k := known[stack]; len(k.Creators) > 0 {
			c := k.Creators[0]
			o.Creators = append(o.Creators, profile.OutcomeCreator{Function: profile.ShortName(c.Func.Name), Starts: profile.ShortName(stack.Blame.Name), Seen: c.N})
		}
	}
	return o
}
