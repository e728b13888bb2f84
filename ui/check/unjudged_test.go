package check

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
)

// sell keeps one large thing, which the profile sees for certain, of eleven.
//
//go:noinline
func (s *shelf) sell(int) {
	for range 10 {
		s.last = make([]byte, 6<<20)
	}
	s.books = append(s.books, make([]byte, 6<<20))
}

// What keeps little of what it allocates may follow the load, which is said; it
// takes longer to tell.
func TestFollowingTheLoadIsSaid(t *testing.T) {
	code, out, errs := checked(t, staged{polls: 24, step: newShelf(t).sell}, Options{Format: "text", Recording: true})
	said := strings.Join(strings.Fields(out), " ")
	if code != ExitUndecided || !strings.Contains(said, "(*shelf).sell: follows the load: most of what comes goes again") {
		t.Errorf("exit code %d, it said %s%s", code, out, errs)
	}
}

// Beside a leak that is found, growth that is too young to be judged is told,
// so that nobody takes the one for all.
func TestGrowthBesideALeakIsSaid(t *testing.T) {
	s := newShelf(t)
	code, out, errs := checked(t, staged{polls: 24, step: func(i int) { s.leak(i); s.sell(i) }}, Options{Format: "text", Recording: true})
	said := strings.Join(strings.Fields(out), " ")
	if code != ExitLeak || !strings.Contains(said, "grew check.(*shelf).sell: +") || !strings.Contains(said, "; too early to tell") {
		t.Errorf("exit code %d, it said %s%s", code, out, errs)
	}
	if strings.Contains(said, "grew check.(*shelf).put") {
		t.Errorf("a suspect is told twice: %s", out)
	}
}

// A watch that ends just as a leak seems to have ended is not steady; one that has
// seen it stay so is.
func TestPauseAtTheEnd(t *testing.T) {
	for polls, want := range map[int]int{22: ExitLeak, 24: ExitUndecided, 32: ExitSteady} {
		s := newShelf(t)
		code, out, errs := checked(t, staged{polls: polls, only: profile.Goroutine, step: func(i int) {
			if i < 20 {
				go s.read()
			}
		}}, Options{Format: "text", Recording: true})
		said := strings.Join(strings.Fields(out), " ")
		told := strings.Contains(said, "check.(*shelf).read was a leak by the polls just before the end, but not by the last (filled for")
		if code != want || told != (want == ExitUndecided) {
			t.Errorf("after %d polls: exit code %d, want %d; it said %s%s", polls, code, want, out, errs)
		}
	}
}

// Of a live service it is said for how long to watch, where that would help.
func TestNextStep(t *testing.T) {
	suspect := []leak.Suspect{{Confidence: leak.Low}}
	for name, tt := range map[string]struct {
		v    *vigil
		r    leak.Report
		want bool
	}{
		"grows":       {&vigil{}, leak.Report{Verdict: leak.Undecided, Watched: 2 * time.Minute, Suspects: suspect}, true},
		"paused":      {&vigil{wavers: true}, leak.Report{Verdict: leak.Undecided, Watched: 2 * time.Minute}, true},
		"nothing":     {&vigil{}, leak.Report{Verdict: leak.Undecided, Watched: 2 * time.Minute}, false},
		"too short":   {&vigil{}, leak.Report{Verdict: leak.Undecided, Watched: time.Minute, Suspects: suspect}, false},
		"ended early": {&vigil{early: true}, leak.Report{Verdict: leak.Undecided, Watched: 2 * time.Minute, Suspects: suspect}, false},
		"recording":   {&vigil{o: Options{Recording: true}}, leak.Report{Verdict: leak.Undecided, Watched: 2 * time.Minute, Suspects: suspect}, false},
		"leaks":       {&vigil{}, leak.Report{Verdict: leak.Leaks, Watched: 2 * time.Minute, Suspects: suspect}, false},
	} {
		tt.v.o.For = 2 * time.Minute
		r := result{report: tt.r}
		tt.v.unjudged(&r, session.State{})
		if got := strings.Contains(r.next, "--for 4m"); got != tt.want {
			t.Errorf("%s: the next step is %q", name, r.next)
		}
	}
}

// Where --cost makes polls rare, much goes unseen between them: that is said,
// but not where the user wants them rare.
func TestRarePollsAreSaid(t *testing.T) {
	st := session.State{Status: source.Status{Endpoints: []source.Endpoint{
		{Kind: source.Index, Wait: time.Minute},
		{Kind: profile.Heap, Wait: 110 * time.Second},
		{Kind: profile.Goroutine, Wait: 2 * time.Second},
		{Kind: profile.Goroutine, Wait: 110 * time.Second, Err: errors.New("refused")}, // not for its cost
	}}}
	for interval, want := range map[time.Duration]int{2 * time.Second: 1, 110 * time.Second: 0} {
		v := &vigil{o: Options{Interval: interval}}
		got := v.rarely(st)
		if len(got) != want || want > 0 && !strings.Contains(got[0], "heap profiles were asked for only every 1m50s") {
			t.Errorf("at an interval of %v it warns of %q", interval, got)
		}
	}
}
