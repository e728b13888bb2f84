package profile

import (
	"maps"
	"slices"
	"time"
)

// History is everything that a watch knows at one moment. It never changes, so that
// its methods need no lock and what they return can be kept.
type History struct {
	epochs  []*epoch // never empty; the last is the process as it is now
	events  []Event
	facts   Facts
	bases   map[Kind]*Snapshot // the user's baseline
	baseAt  time.Time
	single  map[Kind]*Snapshot // profiles asked for once
	returns []time.Time        // when a process answered again after another one had, the last two
	funcs   int                // functions that are told apart
	full    bool               // functions or stacks came that are not
}

// NewHistory returns the history of a watch that has learnt nothing.
func NewHistory() *History { return NewHistoryBuilder().History() }

func (h *History) current() *epoch { return h.epochs[len(h.epochs)-1] }

// History is what h has now. What comes later does not change it. It costs a copy of
// what changes in place since the last call, about 64 bytes a stack of a profile that
// is new.
func (h *HistoryBuilder) History() *History {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.frozen != nil && h.frozen.funcs == len(h.syms.funcs) {
		return h.frozen
	}
	_, full := h.syms.byName[overflow]
	h.frozen = &History{
		epochs: make([]*epoch, len(h.epochs)), events: slices.Clip(h.events), facts: h.facts, bases: h.bases, baseAt: h.baseAt,
		single: maps.Clone(h.single), returns: slices.Clone(h.returns), funcs: len(h.syms.funcs), full: full,
	}
	for i, e := range h.epochs {
		h.frozen.epochs[i] = e.freeze()
	}
	return h.frozen
}

// freeze returns a copy that does not change.
func (e *epoch) freeze() *epoch {
	f := *e
	f.memory, f.counts = slices.Clip(e.memory), slices.Clip(e.counts)
	f.stores = make(map[Kind]*store, len(e.stores))
	for k, st := range e.stores {
		f.stores[k] = st.freeze()
	}
	return &f
}

// freeze returns a copy that does not change, the same until st does. It shares what
// is only appended to.
func (st *store) freeze() *store {
	if st.frozen != nil {
		return st.frozen
	}
	f := *st
	f.obs, f.frames = slices.Clip(st.obs), slices.Clip(st.frames)
	f.stacks, f.index = slices.Clone(st.stacks), slices.Clone(st.index)
	groups := make([]groupSeries, len(st.groups))
	f.groups = make([]*groupSeries, len(st.groups))
	for i, g := range st.groups {
		groups[i] = *g
		f.groups[i] = &groups[i]
	}
	f.byKey, f.grouped, f.scratch = nil, nil, nil // only needed to add
	st.frozen = &f
	return &f
}

// indexOf is the place of a stack in st.stacks.
func (st *store) indexOf(s *Stack) (int, bool) {
	if int(s.ID) >= len(st.index) {
		return 0, false
	}
	i := int(st.index[s.ID]) - 1
	return i, i >= 0
}

func (st *store) setIndex(s *Stack, i int) {
	if n := int(s.ID) + 1 - len(st.index); n > 0 {
		st.index = append(st.index, make([]int32, n)...)
	}
	st.index[s.ID] = int32(i + 1)
}
