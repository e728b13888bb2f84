// Package eventually lets tests wait for other processes, sockets and the runtime. If
// a test starts all goroutines itself, testing/synctest needs no waiting. The package
// also has settings for running the tests of a package. Only tests may import it.
package eventually

import (
	"testing"
	"time"
)

const (
	// Patience is how long to wait on a busy machine, even with the race detector.
	Patience = 3 * time.Minute
	// Intervals between two checks: short at first, longer later.
	minPause = time.Millisecond
	maxPause = 100 * time.Millisecond
)

// Holds waits until ok returns true. It ends the test if that takes longer than
// [Patience]; what names the condition then.
func Holds(t testing.TB, what string, ok func() bool) {
	t.Helper()
	if !Wait(ok) {
		t.Fatalf("%s: not within %v", what, Patience)
	}
}

// Wait waits until ok returns true, and reports whether it did within [Patience].
func Wait(ok func() bool) bool {
	deadline := time.Now().Add(Patience)
	for pause := minPause; ; pause = min(2*pause, maxPause) {
		if ok() {
			return true
		}
		if time.Now().After(deadline) {
			return false
		}
		time.Sleep(pause)
	}
}
