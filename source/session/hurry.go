package session

import (
	"time"

	"github.com/leaktop/leaktop/profile"
)

// hurry is for a recording that is taken in at once: states come at the end
// only, and it is judged now and then.
type hurry struct {
	on     bool
	every  time.Duration // of the recording's time, between two judgements
	looked time.Time     // when it was judged last
}

// judgeEvery is how fine a verdict's course is known of what was taken in at
// once: a report on a process that was restarted is that old at the most.
const judgeEvery = 30 * time.Second

// due tells whether it is time to judge.
func (h *hurry) due(now time.Time) bool {
	if h.on && now.Sub(h.looked) < h.every {
		return false
	}
	h.looked = now
	return true
}

// again makes the next judgement due, unless only the last counts.
func (h *hurry) again() {
	if h.every <= judgeEvery {
		h.looked = time.Time{}
	}
}

// hurried makes the watch take in what comes without a word, until the function
// that it returns is called; then it judges.
func (w *Session) hurried() (end func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hurry = hurry{on: true, every: judgeEvery}
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.hurry.on = false
		w.look()
	}
}

// ending judges a process once more before it is known to be gone.
func (w *Session) ending(yes bool) {
	if yes && w.hurry.on {
		w.hurry.again()
		w.look()
	}
}

// readCapture is a capture that was read before.
type readCapture struct {
	capture  profile.Capture // without its data
	snapshot *profile.Snapshot
	load     func() (profile.Capture, error)
}
