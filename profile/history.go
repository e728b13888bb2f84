package profile

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// History is everything that a watch knows at one moment. It is immutable, so its
// methods need no lock and callers may retain what they return.
type History struct {
	epochs []*epoch // never empty; the last is the process as it is now
	events []Event
	// restarts counts restarts whose events have been discarded.
	restarts int
	facts    Facts
	bases    map[Kind]*Snapshot // the user's baseline
	baseAt   time.Time
	single   map[Kind]*Snapshot // profiles asked for once
	returns  []time.Time        // when a process answered again after another one had, the last two
	funcs    int                // number of distinct functions
	full     bool               // further functions or stacks are being folded together
	usage    Usage

	matrices *sync.Pool // of *stackMatrix, for tables
}

func (h *History) currentEpoch() *epoch { return h.epochs[len(h.epochs)-1] }

// History returns the current state of h, unaffected by later changes. It copies
// what has changed in place since the last call: about 32 bytes per stack of a new
// profile.
func (h *HistoryBuilder) History() *History {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.frozen != nil && h.frozen.funcs == len(h.syms.funcs) {
		return h.frozen
	}
	h.frozen = &History{
		epochs: make([]*epoch, len(h.epochs)), events: slices.Clip(h.events), restarts: h.restarts, facts: h.facts, bases: h.bases, baseAt: h.baseAt,
		single: maps.Clone(h.single), returns: slices.Clone(h.returns), funcs: len(h.syms.funcs), full: h.syms.isFull(), usage: h.currentUsage(), matrices: h.matrices,
	}
	for i, e := range h.epochs {
		h.frozen.epochs[i] = e.frozenCopy()
	}
	return h.frozen
}

// frozenCopy returns an immutable copy.
func (e *epoch) frozenCopy() *epoch {
	f := *e
	f.memory, f.counts = slices.Clip(e.memory), slices.Clip(e.counts)
	f.stores = make(map[Kind]*store, len(e.stores))
	for k, st := range e.stores {
		f.stores[k] = st.frozenCopy()
	}
	return &f
}
