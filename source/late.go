package source

import (
	"sync"
	"time"
)

// lateAfter is how long an answer may take before that is said, and sayEvery
// how often it is said from then on.
const (
	lateAfter = 2 * time.Second
	sayEvery  = time.Second
)

// await sends, while an answer is late, a status that says so, until the
// function that it returns is called: a network that swallows everything is
// silent up to the time-out, and the view would stand still for as long.
func (w *watch) await() (came func()) {
	s := w.status()                   // here, for only the poller's goroutine may look
	s.Asked, s.Goroutines = s.Time, 0 // nothing was counted
	var mu sync.Mutex
	over := false
	mu.Lock()
	defer mu.Unlock()
	var timer *time.Timer
	timer = time.AfterFunc(lateAfter, func() {
		mu.Lock()
		defer mu.Unlock()
		if over {
			return
		}
		s.Time = time.Now()
		w.send(s)
		timer.Reset(sayEvery)
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		over = true
		timer.Stop()
	}
}
