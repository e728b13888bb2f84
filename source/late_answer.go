package source

import (
	"sync"
	"time"
)

// lateAfter is how long a response may take before a status reports the wait, and
// lateReportInterval is the time between such statuses.
const (
	lateAfter          = 2 * time.Second
	lateReportInterval = time.Second
)

// reportLateAnswer sends statuses while a response is late, until the function that it returns
// is called. Without them the view would not change until the timeout if the network
// drops all packets.
func (w *watch) reportLateAnswer() (came func()) {
	s := w.newStatus()                       // not in the timer: only the poller's goroutine may call it
	s.WaitingSince, s.Goroutines = s.Time, 0 // nothing has been counted
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
		timer.Reset(lateReportInterval)
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		over = true
		timer.Stop()
	}
}
