package source

import (
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/leaktop/leaktop/source/problem"

	"github.com/leaktop/leaktop/profile"
)

// A kind that is stopped is no longer polled, while the others are.
func TestStopKind(t *testing.T) {
	for _, k := range []profile.Kind{profile.Heap, profile.Goroutine} {
		t.Run(string(k), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, p, stop := overPipes(t, &fake{}, Options{})
				defer stop()
				time.Sleep(time.Minute)
				w.src.(Stopper).StopKind(k, &problem.Problem{Cause: problem.CauseMemory, Why: "no memory is left"})
				time.Sleep(time.Minute)
				other := profile.Heap
				if k == profile.Heap {
					other = profile.Goroutine
				}
				stopped, others := countCaptures(w, k), countCaptures(w, other)
				time.Sleep(time.Minute)
				if n := countCaptures(w, k); n != stopped {
					t.Errorf("%s was received %d times after it was stopped", k, n-stopped)
				}
				if n := countCaptures(w, other); n < others+10 {
					t.Errorf("%s was received %d times within a minute", other, n-others)
				}
				statuses := messagesOf[Status](w)
				for _, row := range statuses[len(statuses)-1].Endpoints {
					if row.Kind == k && (!row.Disabled || row.Err == nil || row.Err.Error() != "no memory is left") {
						t.Errorf("%s: got state %+v", k, row)
					}
				}
				// A restarted process does not change that.
				p.setFault(syscall.ECONNREFUSED, false)
				time.Sleep(10 * time.Second)
				p.allowDials()
				time.Sleep(time.Minute)
				if n := countCaptures(w, k); n != stopped {
					t.Errorf("%s was received %d times after the target came back", k, n-stopped)
				}
			})
		})
	}
}

// countCaptures counts the profiles of a kind received so far.
func countCaptures(w *watcher, k profile.Kind) int {
	n := 0
	for _, c := range messagesOf[profile.Capture](w) {
		if c.Kind == k {
			n++
		}
	}
	return n
}
