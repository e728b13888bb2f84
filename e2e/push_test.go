//go:build unix

package e2e

import (
	"testing"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/source/demo"
)

// serveLeak serves a process that leaks goroutines, so that no two polls are alike.
func serveLeak(t *testing.T) (url string) {
	t.Helper()
	child, err := demo.Start(t.Context(), findProgram(t, "leaktop"), []string{"stuck-send"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = child.Stop() })
	return child.URL
}

// TestViewSendsToAStore opens the view with --push. Profiles that the store cannot accept
// wait and are sent later, and the view says so.
func TestViewSendsToAStore(t *testing.T) {
	t.Parallel()
	s := newFaultyStore()
	defer s.Close()
	tm := start(t, 120, 40, "leaktop", serveLeak(t), "--push", "parca+"+s.URL, "--interval", "500ms", "--cost", "100%")
	eventually.Holds(t, "profiles in the store", func() bool { return s.Len() >= 5 })
	s.setDown(true)
	tm.shows("the store does not answer at the moment (503)", "to be sent")
	eventually.Holds(t, "refused profiles", func() bool { return s.refused.Load() >= 2 })
	s.setDown(false)
	tm.waitForAbsence("the store does not answer")
	eventually.Holds(t, "profiles of the outage", func() bool { return s.duringOutage() > 0 })
	tm.press("q")
	if err := tm.waitForExit(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	tm.shows("leaktop: sent ", " profiles to ", s.Listener.Addr().String())
	tm.checkRestored()
}
