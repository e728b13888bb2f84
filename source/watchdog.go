package source

import (
	"sync"
	"time"
)

// watchdogSlices is the number of parts that a watchdog's time is counted in.
const watchdogSlices = 8

// A watchdog calls a function when a time has passed since it was started or fed. It
// counts the time in slices, so that time in which this process itself was stopped, by
// SIGSTOP or for lack of CPU, counts as at most one slice: the process could not have
// received anything during it.
type watchdog struct {
	mu    sync.Mutex
	timer *time.Timer
	slice time.Duration
	left  int // slices until the end; 0 after it
}

// startWatchdog starts a watchdog that calls expire after d.
func startWatchdog(d time.Duration, expire func()) *watchdog {
	w := &watchdog{slice: d / watchdogSlices, left: watchdogSlices}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer = time.AfterFunc(w.slice, func() {
		if w.countSlice() {
			expire()
		}
	})
	return w
}

// countSlice counts a slice that has passed, and reports whether it was the last.
func (w *watchdog) countSlice() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.left == 0 {
		return false
	}
	w.left--
	if w.left > 0 {
		w.timer.Reset(w.slice)
	}
	return w.left == 0
}

// feed restarts the time.
func (w *watchdog) feed() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.left > 0 {
		w.left = watchdogSlices
		w.timer.Reset(w.slice)
	}
}

// stop ends the watchdog.
func (w *watchdog) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left = 0
	w.timer.Stop()
}
