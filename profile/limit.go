package profile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile/column"
)

// DefaultLimit is the default memory limit of a history in bytes.
const DefaultLimit = 64 << 20

// MinLimit is the minimum memory limit of a history in bytes.
const MinLimit = 8 << 20

// Option configures a new history builder.
type Option func(*HistoryBuilder)

// WithLimit bounds the memory of a history in bytes, whatever the profiles contain.
// The minimum is [MinLimit]. Three eighths of it are for functions and stacks,
// and half is for the values of stacks over time.
func WithLimit(bytes int64) Option {
	return func(h *HistoryBuilder) { h.SetLimit(max(bytes, MinLimit)) }
}

// MinShare is the minimum memory of one history of many, in bytes. It suffices for a
// service with a few thousand stacks; detail older than some minutes becomes coarse.
const MinShare = 2 << 20

// SetLimit changes the memory limit in bytes; the minimum is [MinShare]. If the limit
// is lowered, memory beyond it is freed when the next profile is added.
func (h *HistoryBuilder) SetLimit(bytes int64) {
	h.limit = max(bytes, MinShare)
	h.syms.limit = int(h.limit) * 3 / 8
}

// Usage describes how a history uses its memory.
type Usage struct {
	Limit, Size int64 // bytes
	// Coarser is how many times wider than usual the gaps between old observations
	// are, to save memory; 1 is as usual.
	Coarser int
	// Folded is how many samples of the newest profiles are folded together, see
	// [Snapshot].
	Folded int
}

// Usage returns how the history uses its memory.
func (h *History) Usage() Usage { return h.usage }

func (h *HistoryBuilder) currentUsage() Usage {
	u := Usage{Limit: h.limit, Size: int64(h.columnsSize() + h.syms.size), Coarser: 1}
	for _, st := range h.currentEpoch().stores {
		u.Coarser = max(u.Coarser, st.coarser)
		u.Folded += st.last.Folded
	}
	return u
}

// columnsSize returns the size of the observations of all processes in bytes.
func (h *HistoryBuilder) columnsSize() int {
	n := 0
	for _, e := range h.epochs {
		for _, st := range e.stores {
			n += st.sizeEstimate()
		}
	}
	return n
}

// keepLimit frees what is no longer needed and, if the history exceeds its limit,
// more: old detail goes first, then stacks that no longer hold anything.
func (h *HistoryBuilder) keepLimit(at time.Time) {
	most := int(h.limit / 2)
	for i, e := range h.epochs[:len(h.epochs)-1] {
		for _, st := range e.stores {
			st.stripColumns()
			if i >= maxPast/4 && i < len(h.epochs)-1-maxPast*3/4 && st.past != nil {
				st.past, st.frozen = nil, nil
			}
		}
	}
	if h.columnsSize() > most {
		h.thinMore(at, most*3/4)
	}
	h.dropStale()
	t := h.syms
	if over := t.size > max(t.limit, t.live+t.limit/4) || t.size > t.limit && t.short; over && !t.shared {
		h.dropStacks(at)
	}
}

// thinMore drops old observations until the rest takes at most maxBytes.
func (h *HistoryBuilder) thinMore(at time.Time, maxBytes int) {
	stores := h.currentEpoch().stores
	for h.columnsSize() > maxBytes {
		var largest *store
		for _, st := range stores {
			if largest == nil || st.sizeEstimate() > largest.sizeEstimate() {
				largest = st
			}
		}
		if !largest.thinMore() {
			break
		}
	}
	coarser := 1
	for _, st := range stores {
		coarser = max(coarser, st.coarser)
	}
	if coarser >= 4*h.said.coarser || h.said.coarser == 1 && coarser > 1 {
		h.said.coarser = coarser
		h.appendEvent(Event{Time: at, Kind: EventNote, Text: fmt.Sprintf(
			"the history is at its limit of %d MiB: old profiles are kept up to %d times less often (--history gives it more room)", h.limit>>20, coarser)})
	}
}

// maxCoarser is where old detail is used up, and thinning turns to the newest
// observations.
const maxCoarser = 1 << 12

// thinMore drops observations: old ones first, and every second one if that is not
// enough. It returns false if nothing is left to drop.
func (st *store) thinMore() bool {
	before := len(st.obs)
	for st.coarser < maxCoarser && len(st.obs) == before {
		st.coarser *= 2
		st.thinObservations()
	}
	if len(st.obs) < before {
		return true
	}
	if before <= 2 {
		return false
	}
	kept := st.alternateObservations(1)
	st.keepObservations(kept)
	return len(kept) < before
}

// sizeEstimate returns the approximate size of the observations and rows of a store
// in bytes.
func (st *store) sizeEstimate() int {
	const perRow, perObservation = 64, 128
	n := len(st.stacks)*perRow + len(st.obs)*perObservation + st.points.size(len(st.obs))
	var bases, before [4]*column.Column
	for i := range st.obs {
		columns := columnsOf(&st.obs[i])
		for k, c := range columns {
			if c == nil {
				continue
			}
			n += c.Size()
			if base := c.Base(); base != nil && base != bases[k] && base != before[k] {
				bases[k] = base
				n += base.Size()
			}
		}
		before = columns
	}
	return n
}

// stripColumns drops the values of stacks in a process that has ended: only its
// totals are still shown, and its largest groups compared.
func (st *store) stripColumns() {
	if len(st.obs) == 0 || st.obs[0].stacks == nil {
		return
	}
	st.past = st.newPast()
	st.obs, st.frozen = slices.Clone(st.obs), nil
	for i := range st.obs {
		o := &st.obs[i]
		o.stacks, o.groups, o.allocs, o.functions = nil, nil, nil, nil
	}
	st.groups, st.packed, st.functionSums, st.byBlame, st.points = nil, packing{}, functionSums{}, nil, &groupPoints{}
	st.values, st.heapFields, st.sampleRows, st.groupSums, st.most, st.groupOf, st.changes = nil, nil, nil, nil, nil, nil, changes{}
}

// stripStacks drops the stacks too.
func (st *store) stripStacks() {
	old := st.last
	st.last = &Snapshot{Kind: st.kind, Types: st.types, Time: old.Time, Totals: old.Totals, Binary: old.Binary}
	st.stacks, st.most, st.groupOf, st.slots, st.allocs, st.values, st.heapFields, st.frozen = nil, nil, nil, nil, nil, nil, nil, nil
}

// dropStacks drops stacks, and functions that are then unreferenced. Stacks absent
// from the newest profiles go first, those that held least before others.
func (h *HistoryBuilder) dropStacks(at time.Time) {
	for _, e := range h.epochs[:len(h.epochs)-1] {
		for _, st := range e.stores {
			st.stripStacks()
		}
	}
	live := h.shownStacks()
	h.syms.countLive(live)
	h.keepLargest(live)
	for _, st := range h.currentEpoch().stores {
		st.foldRows(h.syms, live)
	}
	h.syms.dropUnused(live)
	if h.syms.folded > 0 && !h.said.folded {
		h.said.folded = true
		h.appendEvent(Event{
			Time: at, Kind: EventNote,
			Text: "there are too many distinct stacks to keep apart: those that hold least are merged by function (--history gives them more room)",
		})
	}
}

// shownStacks returns the stacks of the profiles that are shown as a whole: baselines,
// those that were requested once, and the newest of each kind.
func (h *HistoryBuilder) shownStacks() map[*Stack]bool {
	shown := map[*Stack]bool{}
	keep := func(s *Snapshot) {
		for _, sm := range s.Samples() {
			shown[sm.Stack] = true
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
		}
	}
	return shown
}

// keepLargest adds to live as many of the other stacks as there is room for.
func (h *HistoryBuilder) keepLargest(live map[*Stack]bool) {
	most := map[*Stack]int64{}
	for _, st := range h.currentEpoch().stores {
		for i, s := range st.stacks {
			if !live[s] {
				most[s] = max(most[s], st.most[i])
			}
		}
	}
	rest := slices.SortedFunc(maps.Keys(most), func(a, b *Stack) int { return cmp.Or(cmp.Compare(most[b], most[a]), cmp.Compare(a.ID, b.ID)) })
	for _, s := range rest {
		if h.syms.live += stackSize(s); h.syms.live > h.syms.limit*3/4 {
			return
		}
		live[s] = true
	}
}

// foldRows folds the rows of stacks that are not live into the rows of the
// functions to blame for them.
func (st *store) foldRows(t *Symbols, live map[*Stack]bool) {
	old, most, groupOf, allocs := st.stacks, st.most, st.groupOf, st.allocs
	to := make([]int, len(old)) // the new row
	st.stacks, st.most, st.groupOf, st.slots, st.values, st.allocs, st.heapFields, st.frozen = nil, nil, nil, nil, nil, nil, nil, nil
	st.dropFunctions()
	last := *st.last
	last.id = 0 // the next profile is not compared with it: rows have changed
	st.last = &last
	for i, s := range old {
		if !live[s] {
			if !s.folded {
				t.folded++
			}
			s = t.foldedStack(s.Blame)
			live[s] = true
		}
		j := st.rowFor(s)
		to[i] = j
		if s == old[i] {
			st.groupOf[j] = groupOf[i]
		}
		st.most[j] = max(st.most[j], most[i])
		if st.isHeap() {
			st.allocs[2*j] += allocs[2*i]
			st.allocs[2*j+1] += allocs[2*i+1]
		}
	}
	for g := range st.groups {
		st.groups[g].stacks = slices.DeleteFunc(slices.Clone(st.groups[g].stacks), func(s *Stack) bool { return !live[s] })
	}
	st.packed.stacks.StartBase()
	st.packed.allocs.StartBase()
	st.obs = slices.Clone(st.obs)
	for i := range st.obs {
		o := &st.obs[i]
		o.stacks = st.packed.stacks.Repack(o.stacks, to, len(st.stacks))
		o.allocs = st.packed.allocs.Repack(o.allocs, to, len(st.stacks))
	}
}
