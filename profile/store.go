package profile

import (
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile/column"
)

// observation is one distinct profile of a store. A heap profile shows the heap as of
// the second-to-last collection. If polls between two observations repeated the older
// one, collections are further apart than polls: the newer one then shows the heap at
// the time the older one was new. Ignoring this would lose half of the hourly growth of
// a heap that doubles between collections.
type observation struct {
	time      time.Time
	asOf      time.Time
	totals    [4]int64       // of the first four sample types, the observer's stacks included
	stacks    *column.Column // by row: inuse_objects and inuse_space of a heap profile, the count of another; nil if dropped, see thinColumns
	groups    *column.Column // of a heap profile, see groupFields
	functions *column.Column // by function ID, see functionSums; nil if not known, or not an anchor
	allocs    *column.Column // by row: alloc_objects and alloc_space of a heap profile; usually nil, see allocsGap
}

// allocsGap is the time between observations that keep the allocation counters,
// which nearly all change at every poll. It matches the anchors of the growth
// columns.
const allocsGap = 30 * time.Second

// store is the history of one polled kind of profile within one process.
type store struct {
	kind         Kind
	types        []SampleType
	tracked      []int         // the sample types of observation.stacks
	obs          []observation // appended to or replaced, never written to
	distinct     int           // observations so far, including those that were thinned
	stacks       []*Stack      // by row; appended to or replaced, never written to
	most         []int64       // by row: the maximum it ever held
	groupOf      []int32       // by row: 1 + its group; 0 if not known yet
	slots        []int32       // by stack ID: 1 + its row, 0 for none
	sharesSlots  bool          // with an immutable copy
	values       []int64       // by row: what it holds, for packing
	heapFields   []heapFields  // by row of a heap profile: those of its newest sample
	allocs       []int64       // by row: the newest alloc_objects and alloc_space, which never fall in one process
	groups       []group       // of a heap profile
	functionSums functionSums
	sampleRows   []int32 // by sample of the newest snapshot
	changes      changes
	groupSums    []int64 // by group: its newest sums, for packing
	byBlame      map[*Function]int32
	packed       packing
	last         *Snapshot
	seen         time.Time // of the newest poll, repeats included
	repeats      int       // polls since the newest observation that said the same
	thinAt       int       // number of observations at which thinning is next due
	staleAt      int       // number of rows at which stale ones are next looked for
	coarser      int       // how many times coarser than usual old detail is, to save memory
	points       *groupPoints
	frozen       *store      // an immutable copy; nil if out of date
	past         *pastGroups // of a process that has ended; nil otherwise
}

// packing packs the columns of a store.
type packing struct{ stacks, groups, allocs, functions *column.Packer }

func newStore(s *Snapshot) *store {
	st := &store{kind: s.Kind, types: s.Types, byBlame: map[*Function]int32{}, points: &groupPoints{}, thinAt: minThinned, coarser: 1, tracked: []int{0}}
	if hasHeapTypes(s.Types) {
		st.tracked = []int{2, 3}
	}
	st.functionSums.fields = 2 * len(st.tracked)
	st.packed = packing{column.NewPacker(len(st.tracked)), column.NewPacker(groupFields), column.NewPacker(2), column.NewPacker(2 * len(st.tracked))}
	return st
}

// isHeap reports whether the store has allocation counters.
func (st *store) isHeap() bool { return len(st.tracked) == 2 }

// rowOf returns the row of a stack, or -1 if it has none.
func (st *store) rowOf(s *Stack) int {
	if int(s.ID) >= len(st.slots) {
		return -1
	}
	i := int(st.slots[s.ID]) - 1
	if i < 0 || st.stacks[i] != s { // the ID has been reused
		return -1
	}
	return i
}

// rowFor returns the row of a stack, adding one if it has none.
func (st *store) rowFor(s *Stack) int {
	if i := st.rowOf(s); i >= 0 {
		return i
	}
	if st.sharesSlots {
		st.slots, st.sharesSlots = slices.Clone(st.slots), false
	}
	for int(s.ID) >= len(st.slots) {
		st.slots = appendDoubling(st.slots, 0)
	}
	st.stacks, st.most, st.groupOf = appendDoubling(st.stacks, s), appendDoubling(st.most, 0), appendDoubling(st.groupOf, 0)
	for range st.tracked {
		st.values = appendDoubling(st.values, 0)
	}
	if st.isHeap() {
		st.allocs, st.heapFields = appendDoubling(appendDoubling(st.allocs, 0), 0), appendDoubling(st.heapFields, heapFields{})
	}
	st.slots[s.ID] = int32(len(st.stacks))
	return len(st.stacks) - 1
}

// isRepeat reports whether s equals the newest observation: no collection ended
// between the two, so it is not another observation. Their samples may differ: a
// stack that has allocated since is already listed, with zeros.
func (st *store) isRepeat(s *Snapshot) bool {
	return st.last != nil && st.isHeap() && slices.Equal(s.Totals, st.last.Totals)
}

// hasFallen reports whether the counters of s are below their previous values,
// which means that s is of another process.
func (st *store) hasFallen(s *Snapshot) bool {
	if st.last == nil || s.sharesSamples(st.last) {
		return false
	}
	if isOtherBinary(s.Binary, st.last.Binary) {
		return true
	}
	if !slices.Equal(s.Types, st.types) {
		return true
	}
	if !st.isHeap() {
		return false
	}
	if s.Totals[0] < st.last.Totals[0] || s.Totals[1] < st.last.Totals[1] {
		return true
	}
	// A new process may have allocated more already; then most of its stacks differ.
	// A few may differ in any case: how the runtime divides inlined calls among
	// frames depends on which stack of the profile comes first, so a stack can change
	// its frames, and with them its name, between two profiles.
	n := st.last.Len()
	return n-st.countKept(s) > 2+n/10
}

// countKept returns the number of stacks whose allocation counters have not fallen.
func (st *store) countKept(s *Snapshot) (kept int) {
	if s.follows(st.last) {
		kept = s.Len()
		for i, now := range s.samples.changes() {
			if now.Values[0] < st.allocs[2*st.sampleRows[i]] {
				kept--
			}
		}
		return kept
	}
	for _, sm := range s.Samples() {
		if j := st.rowOf(sm.Stack); j >= 0 && sm.Values[0] >= st.allocs[2*j] {
			kept++
		}
	}
	return kept
}

// addObservation records an observation.
func (st *store) addObservation(s *Snapshot) {
	st.distinct++
	st.frozen = nil
	o := observation{time: s.Time, asOf: s.Time}
	if n := len(st.obs); n > 0 && st.repeats > 0 {
		o.asOf = st.obs[n-1].time
	}
	copy(o.totals[:], s.Totals)
	if s.follows(st.last) {
		st.changes.apply(st, s.samples)
		st.changes.pack(st, &o)
	} else {
		list := s.Samples()
		o.stacks, o.functions = st.packStacks(list), st.packFunctions(list)
		if st.isHeap() {
			o.groups = st.packGroups(list)
		}
	}
	if st.isHeap() {
		o.allocs = st.packAllocs(s.Time)
	}
	st.obs = append(st.obs, o)
	st.last, st.seen, st.repeats = s, s.Time, 0
	thinColumns(st)
	if len(st.obs) >= st.thinAt {
		st.thinObservations()
		st.thinAt = len(st.obs) + minThinned/2
	}
}

// packStacks updates the rows, and packs what they hold.
func (st *store) packStacks(list []Sample) *column.Column {
	clear(st.values)
	reserveRows(st, len(list))
	st.sampleRows = st.sampleRows[:0]
	for i := range list {
		row := st.rowFor(list[i].Stack)
		st.setRow(row, &list[i])
		st.sampleRows = appendDoubling(st.sampleRows, int32(row))
	}
	return st.packed.stacks.Pack(st.values)
}

// reserveRows makes room for the rows of a first profile with n stacks.
func reserveRows(st *store, n int) {
	if len(st.stacks) > 0 {
		return
	}
	st.stacks, st.most, st.groupOf, st.sampleRows = slices.Grow(st.stacks, n), slices.Grow(st.most, n), slices.Grow(st.groupOf, n), slices.Grow(st.sampleRows, n)
	st.values = slices.Grow(st.values, n*len(st.tracked))
	if st.isHeap() {
		st.allocs, st.heapFields = slices.Grow(st.allocs, 2*n), slices.Grow(st.heapFields, n)
	}
}

// setRow updates a row.
func (st *store) setRow(row int, sm *Sample) {
	n := len(st.tracked)
	for k, t := range st.tracked {
		st.values[row*n+k] = sm.Values[t]
	}
	st.most[row] = max(st.most[row], sm.Values[st.tracked[n-1]])
	if st.isHeap() {
		st.allocs[2*row], st.allocs[2*row+1] = sm.Values[0], sm.Values[1]
		st.heapFields[row] = heapFields{sm.Raw, sm.RawAlloc, sm.Largest}
	}
}

// packAllocs packs the allocation counters if that is due, and drops those outside
// the window of the growth columns.
func (st *store) packAllocs(at time.Time) *column.Column {
	var with []int
	for i := range st.obs {
		if st.obs[i].allocs != nil {
			with = append(with, i)
		}
	}
	if n := len(with); n > 0 && at.Sub(st.obs[with[n-1]].time) < allocsGap {
		return nil
	} else if n >= Anchors {
		st.obs = slices.Clone(st.obs)
		for _, i := range with[:n-Anchors+1] {
			st.obs[i].allocs = nil
		}
	}
	return st.packed.allocs.Pack(st.allocs)
}

// dropAfter drops observations later than t, which turned out to be of the next
// process.
func (st *store) dropAfter(t time.Time) {
	n := len(st.obs)
	for n > 0 && (st.obs[n-1].time.After(t) || st.obs[n-1].stacks == nil) {
		n--
	}
	if n == len(st.obs) || n == 0 {
		return
	}
	st.obs, st.frozen = slices.Clip(st.obs[:n]), nil
	st.seen = st.obs[n-1].time
}

// frozenCopy returns an immutable copy, the same one until st changes. It shares
// what is only appended to.
func (st *store) frozenCopy() *store {
	if st.frozen != nil {
		return st.frozen
	}
	st.functionSums.isShared = true
	f := *st
	f.obs, f.stacks = slices.Clip(st.obs), slices.Clip(st.stacks)
	f.groups, f.most, st.sharesSlots = slices.Clone(st.groups), nil, true
	if !st.isHeap() { // else the groups have a maximum of their own
		f.most = slices.Clone(st.most)
	}
	f.groupOf, f.allocs, f.values, f.heapFields, f.sampleRows, f.groupSums, f.byBlame = nil, nil, nil, nil, nil, nil, nil // only needed to add
	f.packed, f.changes = packing{}, changes{}
	f.functionSums.values, f.functionSums.counted = nil, nil
	st.frozen = &f
	return &f
}

// maxDoubled is up to how many elements a column doubles its capacity when it is full.
const maxDoubled = 1 << 10

// appendDoubling appends to a column, doubling its capacity when it is full. A large column
// grows by an eighth, because its unused part stays in memory throughout the watch.
func appendDoubling[T any](s []T, v T) []T {
	if len(s) == cap(s) {
		s = slices.Grow(s, max(min(len(s), maxDoubled), len(s)/8, 64))
	}
	return append(s, v)
}
