package check

import (
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// sell keeps one large object, which the profile almost certainly samples, of a growing
// number: what it allocates grows in proportion to what it keeps.
//
//go:noinline
func (s *shelf) sell(i int) {
	for range 5 * i {
		s.last = make([]byte, 2<<20)
	}
	s.books = append(s.books, make([]byte, 2<<20))
}

// Growth that keeps little of what is allocated may follow the load, and the report
// says so; that takes longer to tell.
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

// A watch that ends in a pause of a leak still says leak; one that has seen the growth
// end does not.
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
