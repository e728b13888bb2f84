package profile

import (
	"errors"
	"fmt"
	"maps"
)

// NewSharing returns an empty history that shares functions and stacks with h, so
// that a profile parsed for one can be added to the other. It is for going back in
// time: the state at another moment is rebuilt in it.
func (h *HistoryBuilder) NewSharing() *HistoryBuilder {
	f := NewHistoryBuilder()
	f.mu, f.syms, f.budget, f.readers, f.matrices = h.mu, h.syms, h.budget, h.readers, h.matrices
	f.limit = h.limit
	h.mu.Lock()
	defer h.mu.Unlock()
	h.syms.shared = true
	return f
}

// CopyKept copies the profiles that were requested once from another history of the
// same moment.
func (h *HistoryBuilder) CopyKept(other *HistoryBuilder) {
	h.mu.Lock() // which they share
	defer h.mu.Unlock()
	h.frozen = nil
	maps.Copy(h.single, other.single)
}

// ParseCapture parses a capture for [HistoryBuilder.AddSnapshot], of h or of a
// history that shares with it. Decoding, the most expensive part, runs concurrently
// with other reads.
func (h *HistoryBuilder) ParseCapture(c Capture) (*Snapshot, error) {
	r := h.readers.acquireReader(c.Kind)
	defer h.readers.releaseReader(c.Kind, r)
	s, err := r.parseCapture(c, h.syms, h.budget, h.mu)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.frozen = nil
	if err != nil {
		return nil, err
	}
	if st := h.currentEpoch().stores[c.Kind]; st != nil && s.IsDifference() {
		return nil, fmt.Errorf("parse %s profile: %w", c.Kind, errDifference)
	}
	return s, nil
}

// AddSnapshot adds a polled capture that was already parsed.
func (h *HistoryBuilder) AddSnapshot(s *Snapshot) AddResult {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.frozen = nil
	return h.addSnapshot(s)
}

var errDifference = errors.New("it has negative counts: it is damaged, or the difference of two profiles, which can't be compared with others")

// IsDifference reports whether a profile has values that no single process can have:
// it is what go tool pprof -base writes.
func (s *Snapshot) IsDifference() bool {
	if !s.negative {
		return false
	}
	for _, sm := range s.Samples() {
		for _, v := range sm.Values {
			if v < 0 {
				return true
			}
		}
	}
	return false
}
