package session

import (
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/problem"
)

// TestSilentTargetHasNoCountdown checks that no time to the verdict is shown while the target
// sends nothing.
func TestSilentTargetHasNoCountdown(t *testing.T) {
	s := New(silentSource{})
	lead := func() float64 {
		if l := s.State().Report.Leader; l != nil {
			return l.VerdictIn
		}
		return -1
	}
	var now time.Time
	for _, c := range readCaptures(t, "growing-slice") {
		if now = c.Time; lead() > 0 {
			break
		}
		s.Ingest(source.Capture{Capture: c})
	}
	status := func(err error, waiting time.Time) source.Status {
		return source.Status{Time: now, WaitingSince: waiting, Endpoints: []source.Endpoint{{Kind: source.Index, Err: err}, {Kind: profile.Heap, Err: err}}}
	}
	for _, step := range []struct {
		name   string
		status source.Status
		counts bool
	}{
		{"answers", status(nil, time.Time{}), true},
		{"hangs", status(nil, now.Add(-10*time.Second)), false},
		{"fails", status(&problem.Problem{Cause: problem.CauseTimeout, Why: "no response"}, time.Time{}), false},
		{"answers again", status(nil, time.Time{}), true},
	} {
		s.Ingest(step.status)
		if got := lead(); got < 0 || (got > 0) != step.counts {
			t.Errorf("%s: verdict in %v s, want a leader, counting down: %v", step.name, got, step.counts)
		}
	}
}

// TestNothingServedHasNoCountdown checks that no time to the verdict is shown if there can
// never be one.
func TestNothingServedHasNoCountdown(t *testing.T) {
	missing := &problem.Problem{Cause: problem.CauseMissing, Why: "404"}
	s := New(silentSource{})
	for i := range 5 {
		s.Ingest(source.Status{Time: at(2 * i), Goroutines: 20 + i, Endpoints: []source.Endpoint{
			{Kind: source.Index}, {Kind: profile.Heap, Err: missing, Disabled: true}, {Kind: profile.Goroutine, Err: missing, Disabled: true},
		}})
	}
	if got, want := s.State().Report.Caveat.What, "no heap or goroutine profile has arrived"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
