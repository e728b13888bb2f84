// Package eventually waits in tests for what another process, a socket or the
// runtime does in its own time. Where every goroutine is the test's own,
// testing/synctest needs no waiting. It also sets how the tests of a package run.
// Only tests may import it.
package eventually

import (
	"testing"
	"time"
)

const (
	// Patience is how long to wait on a machine that is busy with other things, under
	// the race detector too.
	Patience = 3 * time.Minute
	// Intervals between two checks: short at first, longer for what takes seconds.
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
