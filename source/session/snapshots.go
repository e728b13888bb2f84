package session

import (
	"sync"

	"github.com/leaktop/leaktop/profile"
)

// maxSamples bounds the snapshots that a replay keeps: about 100 bytes each.
const maxSamples = 1_000_000

// snapshotCache are the profiles that were read, by step. It is safe for several
// goroutines.
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

// store keeps a snapshot; where there are too many, any others go.
func (s *snapshotCache) store(step int, snap *profile.Snapshot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byStep[step] != nil {
		return
	}
	s.byStep[step] = snap
	s.samples += len(snap.Samples)
	for other, o := range s.byStep {
		if s.samples <= maxSamples {
			return
		}
		if other != step {
			s.samples -= len(o.Samples)
			delete(s.byStep, other)
		}
	}
}
