package session

import (
	"sync"

	"github.com/leaktop/leaktop/profile"
)

// maxSamples bounds the snapshots kept by a replay: about 100 bytes per sample.
const maxSamples = 1_000_000

// snapshotCache holds the profiles that were read, by step. It is safe for
// concurrent use.
type snapshotCache struct {
	mu      sync.Mutex
	byStep  map[int]*profile.Snapshot
	samples int
}

func (s *snapshotCache) lookup(step int) *profile.Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byStep[step]
}

// store adds a snapshot, evicting arbitrary others if there are too many.
func (s *snapshotCache) store(step int, snap *profile.Snapshot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byStep[step] != nil {
		return
	}
	s.byStep[step] = snap
	s.samples += snap.Len()
	for other, o := range s.byStep {
		if s.samples <= maxSamples {
			return
		}
		if other != step {
			s.samples -= o.Len()
			delete(s.byStep, other)
		}
	}
}
