package session

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source"
)

// tracedSource is a source that counts its traces.
type tracedSource struct {
	source.Source
	traced int
}

func (*tracedSource) TraceBudget() (float64, bool) { return 0.01, true }

func (s *tracedSource) Watch(ctx context.Context, _ func(source.Message)) error {
	<-ctx.Done()
	return context.Cause(ctx)
}

func (s *tracedSource) Fetch(_ context.Context, q source.Query) (profile.Capture, error) {
	if q.Kind == profile.Trace && q.Seconds == TraceSeconds {
		s.traced++
	}
	return profile.Capture{}, errors.New("no trace today")
}

// TestTracesOncePerSuspect checks that a trace is taken automatically for each suspect without a creator, a few times if
// it fails, and only within the watch's budget.
func TestTracesOncePerSuspect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &tracedSource{}
		s := New(src)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		a, b := &profile.Stack{ID: 1}, &profile.Stack{ID: 2}
		suspect := func(stack *profile.Stack, wants bool) leak.Suspect {
			return leak.Suspect{Kind: leak.Goroutine, WantsCreator: wants, Group: &profile.Group{Kind: profile.Goroutine, Stacks: []*profile.Stack{stack}}}
		}
		for _, step := range []struct {
			name       string
			after      int // seconds
			suspects   []leak.Suspect
			goroutines int
			restarts   int
			traced     int
		}{
			{"nothing is suspected", 600, nil, 50, 0, 0},
			{"who starts them is known", 601, []leak.Suspect{suspect(a, false)}, 50, 0, 0},
			{"it is not", 602, []leak.Suspect{suspect(a, true)}, 50, 0, 1},
			{"it failed, and is tried again", 700, []leak.Suspect{suspect(a, true)}, 50, 0, 2},
			{"too soon", 701, []leak.Suspect{suspect(a, true)}, 50, 0, 2},
			{"once more", 730, []leak.Suspect{suspect(a, true)}, 50, 0, 3},
			{"and then no more", 800, []leak.Suspect{suspect(a, true)}, 50, 0, 3},
			{"another", 801, []leak.Suspect{suspect(a, true), suspect(b, true)}, 50, 0, 4},
			{"another process, too soon", 810, []leak.Suspect{suspect(a, true)}, 50, 1, 4},
			{"another process", 823, []leak.Suspect{suspect(a, true)}, 50, 1, 5},
			{"too many goroutines", 900, []leak.Suspect{suspect(b, true)}, 20_000, 1, 5},
		} {
			s.changeState(func(in *ingester) {
				in.state.First, in.state.Now = at(0), at(step.after)
				in.state.Report.Suspects, in.state.Restarts = step.suspects, step.restarts
				in.state.Status.Goroutines = step.goroutines
			})
			synctest.Wait()
			if src.traced != step.traced {
				t.Errorf("%s: got %d traces, want %d", step.name, src.traced, step.traced)
			}
		}
		var why []string
		for _, d := range s.State().Diagnostics {
			if d.Code == profile.CodeNoCreator {
				why = append(why, d.What)
			}
		}
		if len(why) != 2 || !slices.Contains(why, "what starts the suspected goroutines was not traced, because there are 20,000 goroutines") {
			t.Errorf("got reason %q for the suspect that was not traced", why)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// TestTracesWithinTheBudget checks that a watch which has just begun has no budget for a trace.
func TestTracesWithinTheBudget(t *testing.T) {
	a := &autoTracer{cost: 0.01}
	for seconds, want := range map[int]bool{0: false, 20: false, 21: true, 600: true} {
		if got := a.isAffordable(State{First: at(0), Now: at(seconds)}); got != want {
			t.Errorf("after %ds: got affordable %v, want %v", seconds, got, want)
		}
	}
	a.last = at(600)
	if a.isAffordable(State{First: at(0), Now: at(620)}) || a.isAffordable(State{Now: time.Time{}}) {
		t.Error("a trace soon after the last one, or before the first poll, is affordable")
	}
}

// untraceable is a source that the user does not want traced.
type untraceable struct{ tracedSource }

func (*untraceable) TraceBudget() (float64, bool) { return 0.01, false }

func TestNoTraceByItself(t *testing.T) {
	if s := New(&untraceable{}); s.auto != nil {
		t.Error("a source was traced although the user forbids it")
	}
}
