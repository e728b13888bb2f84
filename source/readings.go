package source

import (
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile/memory"
)

// readings are the last ones of each place, those that are polled and the one
// that comes by itself beside them.
type readings struct {
	mu     sync.Mutex
	polled map[string]memory.Reading
	beside memory.Reading
	began  time.Time // when the process was found
}

// staleAfter is how long a place may complete the readings of another: longer than
// the rarest of them waits.
const staleAfter = heapTextRare + 30*time.Second

// besideStale is how long a figure that came by itself holds.
const besideStale = 90 * time.Second

// firstPoll is how long after a process was found a place has surely answered
// that answers at all.
const firstPoll = 10 * time.Second

// begin forgets what was polled of another process.
func (rs *readings) begin(now time.Time) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.polled, rs.began = map[string]memory.Reading{}, now
}

// complete fills what the place of r does not tell with what others said of
// late, so that each reading is as complete as can be.
func (rs *readings) complete(r memory.Reading) memory.Reading {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.polled[r.From] = r
	out := r
	for from, other := range rs.polled {
		if from != r.From && r.Time.Sub(other.Time) < staleAfter {
			out = out.Or(other)
		}
	}
	if r.Time.Sub(rs.beside.Time) < besideStale {
		out = out.Or(rs.beside)
	}
	return out
}

// soon is how recent the last polled reading must be for the next to be near: that
// one is completed then.
const soon = 5 * time.Second

// keep takes a reading that came by itself, to complete those that are polled. It
// returns one to be sent now, completed by these, if the next poll is not near;
// false otherwise, and before the places were asked.
func (rs *readings) keep(r memory.Reading, now time.Time) (memory.Reading, bool) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.beside, rs.beside.Time = r, now // its own time is by another clock
	if rs.began.IsZero() || len(rs.polled) == 0 && now.Sub(rs.began) <= firstPoll {
		return r, false
	}
	out := rs.beside
	for _, other := range rs.polled {
		switch age := now.Sub(other.Time); {
		case age < soon:
			return r, false
		case age < staleAfter:
			out = out.Or(other)
		}
	}
	return out, true
}

// forget drops what came by itself: it is of a process that has ended.
func (rs *readings) forget() {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.beside = memory.Reading{}
}
