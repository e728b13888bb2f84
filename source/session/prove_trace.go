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
func (w *Session) Trace(ctx context.Context, seconds int) (profile.Outcome, error) {
	wanted := w.unattributedStacks()
	var read trace.Trace
	err := w.fetchAnswer(ctx, source.Query{Kind: profile.Trace, Seconds: seconds}, func(c profile.Capture) (func(*userAnswers), error) {
		ctx, cancel := context.WithTimeout(ctx, maxTraceReadTime)
		defer cancel()
		var err error
		if read, err = trace.Read(ctx, c.Data); err != nil {
			return nil, err
		}
		x := trace.NewCreatorIndex(read.Creators(w.currentBuilder()))
		return func(a *userAnswers) {
			a.traces = append(a.traces, x)
			a.traces = a.traces[max(0, len(a.traces)-maxTraces):]
		}, nil
	})
	if err != nil {
		return profile.Outcome{}, err
	}
	o := w.newTraceOutcome(wanted, read, seconds)
	w.addOutcome(o)
	return o, nil
}

// unattributedStacks returns the stacks of suspects that have none of the user's
// code. A creator may already have been inferred from the heap; a trace is certain.
func (w *Session) unattributedStacks() []*profile.Stack {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []*profile.Stack
	for _, s := range w.known.state.Report.Suspects {
		if g := s.Group; s.Kind == leak.Goroutine && g != nil && len(g.Stacks) > 0 && g.Blame != nil && g.Blame.Class < profile.ClassDep {
			out = append(out, g.Stacks[0])
		}
	}
	return out
}

// newTraceOutcome sums up a trace: who starts the stacks that wanted a creator.
func (w *Session) newTraceOutcome(wanted []*profile.Stack, read trace.Trace, seconds int) profile.Outcome {
	w.mu.Lock()
	known := w.known.answers.known
	w.mu.Unlock()
	o := profile.Outcome{
		Request: profile.RequestTrace, Seconds: seconds,
		Goroutines: read.Started, Stayed: read.Started - read.Ended, Wanted: len(wanted) > 0,
	}
	for _, k := range known {
		if len(k.Creators) > 0 {
			o.Places++
		}
	}
	for _, s := range wanted {
		if k := known[s]; len(k.Creators) > 0 {
			c := k.Creators[0]
			o.Creators = append(o.Creators, profile.OutcomeCreator{Function: profile.ShortName(c.Func.Name), Starts: profile.ShortName(s.Blame.Name), Seen: c.N})
		}
	}
	return o
}
