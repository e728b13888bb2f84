package profile

import (
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile/column"
)

// ageTier is how far apart observations up to some age are kept.
type ageTier struct {
	age time.Duration // up to this age
	gap time.Duration // at least this far apart
}

// ageTiers is what a history keeps: enough for the judge's longest fine window in
// the last minutes, and the outline of a day before. At a poll every 2 s that is at
// most 150 + 110 + 138 + 144 observations.
var ageTiers = [...]ageTier{
	{5 * time.Minute, time.Second},
	{time.Hour, 30 * time.Second},
	{24 * time.Hour, 10 * time.Minute},
	{7 * 24 * time.Hour, time.Hour},
}

// AgeTiers is how many tiers of age a history distinguishes. The points of each fall into
// cells of time, of which the first point stays.
const AgeTiers = len(ageTiers)

// TierAge returns the maximum age of the points in a tier.
func TierAge(tier int) time.Duration { return ageTiers[tier].age }

// Cell returns the cell of a tier that a time falls into.
func (t Instant) Cell(tier int) int64 {
	return (instantBase.UnixNano() + int64(t)) / int64(ageTiers[tier].gap)
}

// keptIndices returns the indices of the times (ascending) that are kept. They
// include the first and the last.
func keptIndices(times []time.Time) []int { return thinnedBy(times, ageTiers[:], 1) }

// newestLast is how many times coarser old observations become before the newest
// minutes do.
const newestLast = 16

// thinnedBy is like keptIndices with the gaps of some tiers, wider by a factor, those of
// the newest minutes last.
func thinnedBy(times []time.Time, tiers []ageTier, coarser int) []int {
	if len(times) == 0 {
		return nil
	}
	last := len(times) - 1
	now := times[last]
	keep := []int{0}
	for i := 1; i < last; i++ {
		age := now.Sub(times[i])
		gap := time.Duration(-1)
		for k, t := range tiers {
			if age <= t.age {
				if gap = t.gap * time.Duration(coarser); k == 0 {
					gap = t.gap * time.Duration(max(1, coarser/newestLast))
				}
				break
			}
		}
		// Times fall into fixed cells of a tier's gap and the first of a cell
		// stays, so that thinning twice keeps what thinning once kept.
		if gap > 0 && times[i].UnixNano()/int64(gap) != times[i-1].UnixNano()/int64(gap) {
			keep = append(keep, i)
		}
	}
	if last > 0 {
		keep = append(keep, last)
	}
	return keep
}

// KeptIndices returns the indices of the times (ascending) that a history keeps
// once all have been added: callers with a long recording can leave out the rest.
// If there are so few that no history thins them, all are kept.
func KeptIndices(times []time.Time) []int {
	if len(times) <= minThinned {
		all := make([]int, len(times))
		for i := range all {
			all[i] = i
		}
		return all
	}
	return keptIndices(times)
}

// minThinned is the number of observations below which none is thinned for its age.
const minThinned = 64

// Shed frees memory when it runs short: of the current process every other
// observation is dropped, except the first and the last ones; of earlier ones, all
// but their events. What remains is judged as before, with less detail.
func (h *HistoryBuilder) Shed() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.frozen = nil
	h.epochs = []*epoch{h.currentEpoch()}
	e := h.currentEpoch()
	for _, st := range e.stores {
		st.keepObservations(st.alternateObservations(keepRecent))
	}
	e.memory = pickIndices(e.memory, alternateIndices(len(e.memory)))
	e.counts = pickIndices(e.counts, alternateIndices(len(e.counts)))
}

// LargestKind returns the polled kind whose history takes the most memory,
// estimated from the number of its observations; empty if there is none.
func (h *HistoryBuilder) LargestKind() (largest Kind) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	most := 0
	for k, st := range h.currentEpoch().stores {
		if n := st.sizeEstimate(); n > most || n == most && k < largest {
			largest, most = k, n
		}
	}
	return largest
}

// keepRecent is how many of the newest observations are never shed.
const keepRecent = 8

// alternateIndices returns every other index below n, including the first and the
// newest ones.
func alternateIndices(n int) (kept []int) {
	for i := range n {
		if i%2 == 0 || i >= n-keepRecent {
			kept = append(kept, i)
		}
	}
	return kept
}

// alternateObservations returns every other index of the observations that have the values
// by stack, and of those that do not, since few of the old ones do. It includes the first
// and so many of the newest.
func (st *store) alternateObservations(recent int) (kept []int) {
	with, without := 0, 1
	for i := range st.obs {
		n := &without
		if st.obs[i].stacks != nil {
			n = &with
		}
		if *n%2 == 0 || i >= len(st.obs)-recent {
			kept = append(kept, i)
		}
		*n++
	}
	return kept
}

func pickIndices[T any](xs []T, kept []int) []T {
	out := make([]T, 0, len(kept))
	for _, i := range kept {
		out = append(out, xs[i])
	}
	return out
}

// thinObservations drops observations by age, see keptIndices.
func (st *store) thinObservations() {
	times := make([]time.Time, len(st.obs))
	for i, o := range st.obs {
		times[i] = o.time
	}
	st.keepObservations(thinnedBy(times, ageTiers[:], st.coarser))
}

// keepObservations drops all observations except those at the given indices
// (ascending, including the last).
func (st *store) keepObservations(kept []int) {
	if len(kept) < len(st.obs) {
		st.obs, st.frozen = pickIndices(st.obs, kept), nil
		flattenColumns(st)
	}
}

// columnsOf returns the columns of an observation, any of which may be nil.
func columnsOf(o *observation) [4]*column.Column {
	return [4]*column.Column{o.stacks, o.groups, o.allocs, o.functions}
}

// flattenColumns releases the columns of dropped observations on which the columns of
// others build.
func flattenColumns(st *store) {
	rows := [4]int{len(st.stacks), len(st.groups), len(st.stacks), len(st.functionSums.counted)}
	fields := [4]int{len(st.tracked), groupFields, 2, st.functionSums.fields}
	var before [4]*column.Column
	for i := range st.obs {
		o := &st.obs[i]
		now := columnsOf(o)
		for k, to := range [4]**column.Column{&o.stacks, &o.groups, &o.allocs, &o.functions} {
			if c := now[k]; c != nil && c.Depth() > 1 && c.Base() != before[k] {
				*to = column.Flatten(c, rows[k], fields[k])
			}
		}
		before = now
	}
}

// anchorTiers is how far apart the observations for tables are: much further than those
// that are judged, since a table shows the values of only [Anchors] moments. Only these
// keep the sums by function, nearly all of which change at every poll, and after
// fineStacks the values by stack of a heap, which is judged by its groups. Each gap is a
// multiple of that of the observations.
var anchorTiers = []ageTier{
	{30 * time.Second, time.Second},
	{5 * time.Minute, 15 * time.Second},
	{time.Hour, 2 * time.Minute},
	{24 * time.Hour, 20 * time.Minute},
	{7 * 24 * time.Hour, 2 * time.Hour},
}

// fineStacks is the age up to which every observation of a heap keeps its values by stack.
const fineStacks = 5 * time.Minute

// anchorsDueAfter is how many observations are added until the columns of those that are
// no anchors are dropped.
const anchorsDueAfter = 8

// indexAnchors returns the indices of the observations for tables.
func indexAnchors(obs []observation) []int {
	times := make([]time.Time, len(obs))
	for i := range obs {
		times[i] = obs[i].time
	}
	return thinnedBy(times, anchorTiers, 1)
}

// thinColumns drops columns of observations that are not anchors.
func thinColumns(st *store) {
	if st.distinct%anchorsDueAfter != 0 {
		return
	}
	old := st.obs
	st.obs = slices.Clone(old)
	fineFrom := old[len(old)-1].time.Add(-fineStacks)
	for i := range st.obs {
		o := &st.obs[i]
		o.functions = nil
		if st.isHeap() && o.time.Before(fineFrom) {
			o.stacks = nil
		}
	}
	for _, i := range indexAnchors(old) {
		st.obs[i].functions, st.obs[i].stacks = old[i].functions, old[i].stacks
	}
	flattenColumns(st)
}

// minStale is how many rows a store has before it looks for stale ones.
const minStale = 512

// dropStale drops the stacks that no remaining observation has, and the functions that
// are then unreferenced: goroutines of plugins, of generated code or of many versions
// come and go for days. Everything still shown stays the same.
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
	used := h.shownStacks()
	for _, e := range h.epochs {
		for _, st := range e.stores {
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
	to, rows := findHeldRows(st)
	if st.staleAt = 2 * rows; rows > len(st.stacks)*3/4 {
		st.staleAt = 2 * len(st.stacks)
		return false
	}
	moveRows(st, to, rows)
	return true
}

// findHeldRows numbers the rows that are not 0 at some observation; the others get -1.
func findHeldRows(st *store) (to []int, rows int) {
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
func moveRows(st *store, to []int, rows int) {
	old, most := st.stacks, st.most
	st.stacks, st.most, st.groupOf, st.slots, st.values, st.frozen = nil, nil, nil, nil, nil, nil
	st.sharesSlots = false
	for i, s := range old {
		if to[i] >= 0 {
			st.most[st.rowFor(s)] = most[i]
		}
	}
	observers := slices.Clone(st.functionSums.observers)
	for i, row := range observers {
		observers[i] = int32(to[row])
	}
	st.functionSums.observers = observers
	last := *st.last
	last.id = 0 // the next profile is not compared with it: rows have changed
	st.last = &last
	st.packed.stacks.StartBase()
	st.obs = slices.Clone(st.obs)
	for i := range st.obs {
		st.obs[i].stacks = st.packed.stacks.Repack(st.obs[i].stacks, to, rows)
	}
}
