package profile

import (
	"fmt"
	"time"
)

// SampleRate is the number of bytes of allocations that one sampled object represents,
// unless a service changes runtime.MemProfileRate.
const SampleRate = 512 << 10

// isRescaled reports whether s is of the same process as the previous heap profile, at
// another sampling rate. The runtime scales the whole profile by the current
// runtime.MemProfileRate, including objects sampled at another one, so values rise or
// fall. The number of sampled objects does not fall, unlike in a process that started
// over.
func (st *store) isRescaled(s *Snapshot) bool {
	last := st.last
	if last == nil || !st.isHeap() || s.Period == 0 || last.Period == 0 || s.Period == last.Period {
		return false
	}
	if isOtherBinary(s.Binary, last.Binary) {
		return false
	}
	const rounding = 0.99 // the number sampled is computed from scaled values
	return sampledObjects(s) >= rounding*sampledObjects(last)
}

// sampledObjects returns how many objects the sampler has seen allocated.
func sampledObjects(s *Snapshot) (n float64) {
	for _, sm := range s.Samples() {
		n += float64(sm.RawAlloc)
	}
	return n
}

// beginRescaled begins an epoch at the first profile of another sampling rate. It does
// not count as a restart.
func (h *HistoryBuilder) beginRescaled(s *Snapshot, st *store) {
	text := fmt.Sprintf("the service changed its heap sampling rate from %d to %d bytes (runtime.MemProfileRate): earlier profiles are not compared",
		st.last.Period, s.Period)
	h.beginEpoch(Event{Time: s.Time, Text: text, Rescaled: true}, time.Time{}, false)
}
