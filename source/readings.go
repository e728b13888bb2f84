package source

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile/memory"
)

// latestReadings keeps the last reading of each place, and the last one from the link.
type latestReadings struct {
	mu     sync.Mutex
	polled map[string]memory.Reading // by place
	linked memory.Reading            // from the link
	began  time.Time                 // when the process was found
	unsent bool                      // linked waits for the first polls
}

// staleAfter is how long a reading may complete those of other places: longer than the
// longest interval of a place.
const staleAfter = heapTextRare + 30*time.Second

// linkedStale is how long a reading of the link is valid.
const linkedStale = 90 * time.Second

// firstPollGrace is the time after finding a process in which every place that responds
// at all has responded.
const firstPollGrace = 10 * time.Second

// reset drops the polled readings of an earlier process.
func (rs *latestReadings) reset(now time.Time) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.polled, rs.began = map[string]memory.Reading{}, now
}

// completeFrom fills in the figures that the place of r does not have from recent readings
// of other places.
func (rs *latestReadings) completeFrom(r memory.Reading) memory.Reading {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.polled[r.Source], rs.unsent = r, false
	out := rs.fill(r, r.Time)
	if r.Time.Sub(rs.linked.Time) < linkedStale {
		out = out.FillFrom(rs.linked)
	}
	return out
}

// keepPushed records a reading of the link, which completes later polled readings. It
// returns the reading, completed, to be sent now, since the next poll may be minutes
// away. Before the first polls it returns false.
func (rs *latestReadings) keepPushed(r memory.Reading, now time.Time) (memory.Reading, bool) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.linked, rs.linked.Time = r, now // r.Time is of another clock
	if rs.began.IsZero() || len(rs.polled) == 0 && now.Sub(rs.began) <= firstPollGrace {
		rs.unsent = true
		return r, false
	}
	rs.unsent = false
	return rs.fill(rs.linked, now), true
}

// takeUnsent returns the reading of the link that has waited for the first polls, if no
// place has responded.
func (rs *latestReadings) takeUnsent(now time.Time) (memory.Reading, bool) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if !rs.unsent || rs.began.IsZero() || now.Sub(rs.began) <= firstPollGrace || rs.linked == (memory.Reading{}) {
		return memory.Reading{}, false
	}
	rs.unsent = false
	return rs.linked, true
}

// fill completes r from the polled places, from the newest reading first: counters of
// an older one would look as if the process had restarted.
func (rs *latestReadings) fill(r memory.Reading, at time.Time) memory.Reading {
	newest := slices.SortedFunc(maps.Values(rs.polled), func(a, b memory.Reading) int { return b.Time.Compare(a.Time) })
	for _, other := range newest {
		if at.Sub(other.Time) < staleAfter {
			r = r.FillFrom(other)
		}
	}
	return r
}

// dropPushed drops the reading of the link when its process has ended.
func (rs *latestReadings) dropPushed() {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.linked = memory.Reading{}
}
