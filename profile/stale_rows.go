package profile

import "slices"

// minStale is how many rows a store has before it looks for stale ones.
const minStale = 512

// dropStale drops the stacks that no observation holds any longer, and the functions
// that are then unreferenced: goroutines of plugins, of generated code or of many
// versions come and go for days. What is still shown does not change.
func (h *HistoryBuilder) dropStale() {
	if h.syms.shared {
		return
	}
	dropped := false
	for _, st := range h.currentEpoch().stores {
		dropped = st.dropStaleRows() || dropped
	}
	if !dropped {
		return
	}
	used := map[*Stack]bool{}
	keep := func(s *Snapshot) {
		for i := range s.Samples {
			used[s.Samples[i].Stack] = true
		}
	}
	for _, s := range h.bases {
		keep(s)
	}
	for _, s := range h.single {
		keep(s)
	}
	for _, e := range h.epochs {
		for _, st := range e.stores {
			keep(st.last)
			for _, s := range st.stacks {
				used[s] = true
			}
		}
	}
	h.syms.dropUnused(used)
}

// dropStaleRows drops rows that are 0 at all observations. It returns false if it is too
// early to look for them, or if there are few. A heap profile has none: it goes on to
// list every stack that ever allocated.
func (st *store) dropStaleRows() bool {
	if st.isHeap() || len(st.stacks) < max(st.staleAt, minStale) {
		return false
	}
	to, rows := st.findHeldRows()
	if st.staleAt = 2 * rows; rows > len(st.stacks)*3/4 {
		st.staleAt = 2 * len(st.stacks)
		return false
	}
	st.moveRows(to, rows)
	return true
}

// findHeldRows numbers the rows that are not 0 at some observation; the others get -1.
func (st *store) findHeldRows() (to []int, rows int) {
	fields := len(st.tracked)
	isHeld, values := make([]bool, len(st.stacks)), make([]int64, len(st.stacks)*fields)
	for i := range st.obs {
		st.obs[i].stacks.ReadInto(values, fields)
		for at, v := range values {
			if v != 0 {
				isHeld[at/fields] = true
			}
		}
	}
	for _, row := range st.sampleRows {
		isHeld[row] = true
	}
	to = make([]int, len(st.stacks))
	for row, yes := range isHeld {
		to[row] = -1
		if yes {
			to[row] = rows
			rows++
		}
	}
	return to, rows
}

// moveRows renumbers the rows: row i becomes to[i], or is dropped if that is -1. A
// published history keeps the former numbers.
func (st *store) moveRows(to []int, rows int) {
	old, most := st.stacks, st.most
	st.stacks, st.most, st.groupOf, st.slots, st.values, st.frozen = nil, nil, nil, nil, nil, nil
	st.sharesSlots = false
	for i, s := range old {
		if to[i] >= 0 {
			st.most[st.rowFor(s)] = most[i]
		}
	}
	last := *st.last
	last.id = 0 // the next profile is not compared with it: rows have changed
	st.last = &last
	st.packed.stacks.StartBase()
	st.obs = slices.Clone(st.obs)
	for i := range st.obs {
		st.obs[i].stacks = st.packed.stacks.Repack(st.obs[i].stacks, to, rows)
	}
}
