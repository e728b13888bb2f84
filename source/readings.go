package source

import (
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile/memory"
)

// readings keeps the last reading of each place, and the last one from the link.
type readings struct {
	mu     sync.Mutex
	polled map[string]memory.Reading // by place
	linked memory.Reading            // from the link
	began  time.Time                 // when the process was found
}

// staleAfter is how long a reading may complete those of other places: longer than the
// longest interval of a place.
const staleAfter = heapTextRare + 30*time.Second

// linkedStale is how long a reading of the link is valid.
const linkedStale = 90 * time.Second

// firstPoll is how long after finding a process every place has responded that
// responds at all.
const firstPoll = 10 * time.Second

// begin drops the polled readings of an earlier process.
func (rs *readings) begin(now time.Time) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.polled, rs.began = map[string]memory.Reading{}, now
}

// complete fills in the figures that the place of r does not have from recent readings
// of other places.
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
	if r.Time.Sub(rs.linked.Time) < linkedStale {
		out = out.Or(rs.linked)
	}
	return out
}

// soon is the age of the last polled reading up to which the next one is expected
// shortly.
const soon = 5 * time.Second

// keep records a reading of the link, which completes later polled readings. If no poll
// is expected soon, it returns the reading, completed, to be sent now. Otherwise, and
// before the first polls, it returns false.
func (rs *readings) keep(r memory.Reading, now time.Time) (memory.Reading, bool) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.linked, rs.linked.Time = r, now // r.Time is of another clock
	if rs.began.IsZero() || len(rs.polled) == 0 && now.Sub(rs.began) <= firstPoll {
		return r, false
	}
	out := rs.linked
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

// forget drops the reading of the link when its process has ended.
func (rs *readings) forget() {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.linked = memory.Reading{}
}
