package session

import (
	"context"
	"fmt"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/problem"
)

// An execution trace of TraceSeconds costs a busy target 30 to 210 ms of CPU,
// measured on go1.26. Its size grows with the number of goroutines, so above a
// limit none is taken automatically.
const (
	TraceWork          = 210 * time.Millisecond
	maxTraceGoroutines = 10_000
)

// maxTraceFailures is how often in a row a trace may fail before leaktop gives up on
// the same suspects. A service refuses a trace while something else traces it.
const maxTraceFailures = 3

// traceTimeout is how long an answer may take in addition to the trace itself.
const traceTimeout = 30 * time.Second

// autoTracer traces automatically, once for each suspect whose stacks do not show what
// starts its goroutines, within the permitted cost of the watch.
type autoTracer struct {
	cost float64 // share of one core

	tried  map[tracedStack]bool // guarded by Session.mu
	failed int                  // traces in a row; used by the run only
	last   time.Time            // by the clock of the states; used by the run only
}

// tracedStack is a stack of one process.
type tracedStack struct {
	stack    *profile.Stack
	restarts int
}

func newAutoTracer(src source.Source) *autoTracer {
	b, ok := src.(source.Tracer)
	if !ok {
		return nil
	}
	cost, ok := b.TraceBudget()
	if !ok {
		return nil
	}
	return &autoTracer{cost: cost, tried: map[tracedStack]bool{}}
}

// traceSuspects traces the target of a session if its suspects want it.
func (a *autoTracer) traceSuspects(ctx context.Context, s *Session) {
	st := s.State()
	if wanted := a.listUntraced(s, st); len(wanted) > 0 && a.isAffordable(st) {
		a.traceOnce(ctx, s, st, wanted)
	}
}

// listUntraced returns the stacks of suspects for which a trace could show the creator
// and none has been taken.
func (a *autoTracer) listUntraced(s *Session, st State) (out []*profile.Stack) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range st.Report.Suspects {
		if stack := wantedStack(x); stack != nil && !a.tried[tracedStack{stack, st.Restarts}] {
			out = append(out, stack)
		}
	}
	return out
}

// wantedStack returns the stack of a suspect for which a trace could show the
// creator; nil if it is known, or a trace cannot help.
func wantedStack(x leak.Suspect) *profile.Stack {
	if !x.WantsCreator || x.Group == nil || len(x.Group.Stacks) == 0 {
		return nil
	}
	return x.Group.Stacks[0]
}

// isAffordable reports whether the watch has been cheap for long enough since it
// began, or since the last trace.
func (a *autoTracer) isAffordable(st State) bool {
	since := st.First
	if a.last.After(since) {
		since = a.last
	}
	return !since.IsZero() && a.cost*float64(st.Now.Sub(since)) >= float64(TraceWork)
}

// traceOnce traces for suspects and adds the outcome to the events.
func (a *autoTracer) traceOnce(ctx context.Context, s *Session, st State, wanted []*profile.Stack) {
	s.mu.Lock()
	for _, stack := range wanted {
		a.tried[tracedStack{stack, st.Restarts}] = true
	}
	s.mu.Unlock()
	if n := goroutinesNow(st); n > maxTraceGoroutines {
		s.changeState(func(in *ingester) {
			in.addDiagnostic(profile.Diagnostic{
				Code: profile.CodeNoCreator, Severity: profile.SeverityInfo, Kind: profile.Goroutine,
				What: fmt.Sprintf("what starts the suspected goroutines was not traced, because there are %s", quantity.Things(n, "goroutine")), Next: "T traces anyway",
			})
		})
		return
	}
	a.last = st.Now
	limited, cancel := context.WithTimeout(ctx, TraceSeconds*time.Second+traceTimeout)
	defer cancel()
	_, err := s.Trace(limited, TraceSeconds)
	if err == nil {
		a.failed = 0
		return
	}
	if a.failed++; a.failed < maxTraceFailures {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, stack := range wanted {
			delete(a.tried, tracedStack{stack, st.Restarts})
		}
		return
	}
	if ctx.Err() == nil {
		s.changeState(func(in *ingester) {
			in.addDiagnostic(problem.Diagnose(fmt.Errorf("trace what starts the suspected goroutines: %w", err), profile.CodeNoCreator, profile.SeverityInfo, profile.Goroutine))
		})
	}
}

// goroutinesNow returns the number of goroutines, 0 if unknown.
func goroutinesNow(st State) int {
	if v, ok := st.Newest(st.Goroutines); ok {
		return int(v)
	}
	return st.Status.Goroutines
}

// WasTraced reports whether a trace was automatically taken for a suspect.
func (s *Session) WasTraced(x leak.Suspect) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	stack := wantedStack(x)
	return s.auto != nil && stack != nil && s.auto.tried[tracedStack{stack, s.known.state.Restarts}]
}
