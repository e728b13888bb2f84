package check

import (
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// sell allocates a number of large objects that grows with each call, and keeps one of
// them, so that allocations grow in proportion to what is kept. The objects are so
// large that the profile almost certainly samples them.
//
//go:noinline
func (s *shelf) sell(i int) {
	for range 5 * i {
		s.last = make([]byte, 2<<20)
	}
	s.books = append(s.books, make([]byte, 2<<20))
}

// If little of what is allocated is retained, growth may follow the load. It then
// takes longer to decide, and the report says why.
func TestFollowingTheLoadIsSaid(t *testing.T) {
	code, out, errs := runCheck(t, staged{polls: 24, step: newShelf(t).sell}, Options{Format: "text", Recording: true})
	said := strings.Join(strings.Fields(out), " ")
	if code != ExitUndecided || !strings.Contains(said, "(*shelf).sell: may follow the load: it frees ") {
		t.Errorf("exit code %d, it said %s%s", code, out, errs)
	}
}

// When a leak is found, growth that is too young to be judged is reported too, so
// that the leak is not taken for the only one.
func TestGrowthBesideALeakIsSaid(t *testing.T) {
	s := newShelf(t)
	code, out, errs := runCheck(t, staged{polls: 24, step: func(i int) { s.leak(i); s.sell(i) }}, Options{Format: "text", Recording: true})
	said := strings.Join(strings.Fields(out), " ")
	if code != ExitLeak || !strings.Contains(said, "grew check.(*shelf).sell: +") || !strings.Contains(said, "; too early to tell") {
		t.Errorf("exit code %d, it said %s%s", code, out, errs)
	}
	if strings.Contains(said, "grew check.(*shelf).put") {
		t.Errorf("a suspect is told twice: %s", out)
	}
}

// A watch that ends while a leak pauses still reports a leak; one long enough to see
// that the growth has ended does not.
func TestPauseAtTheEnd(t *testing.T) {
	for polls, want := range map[int]int{22: ExitLeak, 24: ExitLeak, 32: ExitSteady} {
		s := newShelf(t)
		code, out, errs := runCheck(t, staged{polls: polls, only: profile.Goroutine, step: func(i int) {
			if i < 20 {
				s.startReader()
			}
		}}, Options{Format: "text", Recording: true})
		if code != want {
			t.Errorf("after %d polls: exit code %d, want %d; it said %s%s", polls, code, want, out, errs)
		}
	}
}
