package overlay

import (
	"testing"
	"testing/synctest"
	"time"
)

// After the end of what a tick is for, no message is sent and nothing waits.
func TestTickUntil(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended, began := make(chan struct{}), time.Now()
		if msg := tickUntil(ended, time.Second, 1)(); msg != 1 || time.Since(began) != time.Second {
			t.Errorf("got message %v after %v", msg, time.Since(began))
		}
		close(ended)
		if msg := tickUntil(ended, time.Second, 1)(); msg != nil || time.Since(began) != time.Second {
			t.Errorf("after the end: got message %v after %v", msg, time.Since(began))
		}
	})
}
