package command

import (
	"context"
	"sync/atomic"

	"github.com/leaktop/leaktop/ui/supervise"
)

// quitWait lets the user quit with a key while a target is being opened, before a view
// reads the keyboard.
type quitWait struct {
	cancel context.CancelFunc
	left   atomic.Bool
	stop   func()
}

// newQuitWait returns a quitWait and a context for opening the target, which ends when
// the user quits. The caller must call end.
func newQuitWait(ctx context.Context) (context.Context, *quitWait) {
	ctx, cancel := context.WithCancel(ctx)
	q := &quitWait{cancel: cancel}
	q.resume()
	return ctx, q
}

// pause stops reading the keyboard until resume is called.
func (q *quitWait) pause() { q.stop() }

func (q *quitWait) resume() {
	q.stop = supervise.AwaitQuitKey(func() {
		q.left.Store(true)
		q.cancel()
	})
}

// end ends the wait. It reports whether the user quit.
func (q *quitWait) end() bool {
	q.stop()
	q.cancel()
	return q.left.Load()
}
