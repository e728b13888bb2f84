package profile

import (
	"slices"
	"time"
)

// observation is one distinct profile of a store. A heap profile shows the heap
// as of the last-but-one collection. Where polls between two observations
// repeated the older one, collections are further apart than polls: the newer
// one then came with the next, and shows what was there when the older one was
// new. In a heap that doubles from collection to collection, half of the growth
// by the hour is lost otherwise.
type observation struct {
	time   time.Time
	asOf   time.Time
	totals [4]int64 // of the first four sample types, the observer's stacks included
	stacks *column  // by row: inuse_objects and inuse_space of a heap profile, the count of another
	groups *column  // of a heap profile, see groupFields
	allocs *column  // by row: alloc_objects and alloc_space of a heap profile; nil but now and then
}

// allocsGap is how far apart the observations are that keep the allocation
// counters: nearly all of these change all the time. There are as many as the
// growth columns have anchors.
const allocsGap = 30 * time.Second

// store is the history of one polled kind of profile within one process.
type store struct {
	kind     Kind
	types    []SampleType
	tracked  []int         // the sample types of observation.stacks
	obs      []observation // appended to or replaced, never written to
	distinct int           // observations so far, also those that were thinned
	stacks   []*Stack      // by row; appended to or replaced, never written to
	most     []int64       // by row: what it ever held
	groupOf  []int32       // by row: its group and one; 0 if not known yet
	slots    []int32       // by stack ID: the row and one, 0 for none
	values   []int64       // by row: what it holds, for packing
	allocs   []int64       // by row: the newest alloc_objects and alloc_space, which never fall in one process
	groups   []group       // of a heap profile
	byBlame  map[*Function]int32
	packed   packing
	last     *Snapshot
	seen     time.Time // of the newest poll, repeats included
	repeats  int       // polls since the newest observation that said the same
	thinAt   int       // how many observations make the next thinning due
	coarser  int       // how many times coarser than usual old detail is, for want of room
	frozen   *store    // a copy that does not change, nil where it would be out of date
}

// packing packs the columns of a store.
type packing struct{ stacks, groups, allocs columns }

func newStore(s *Snapshot) *store {
	st := &store{kind: s.Kind, types: s.Types, byBlame: map[*Function]int32{}, thinAt: minThinned, coarser: 1, tracked: []int{0}}
	if hasHeapTypes(s.Types) {
		st.tracked = []int{2, 3}
	}
	st.packed = packing{columns{fields: len(st.tracked)}, columns{fields: groupFields}, columns{fields: 2}}
	return st
}

// isHeap reports whether the store has allocation counters.
func (st *store) isHeap() bool { return len(st.tracked) == 2 }

// rowOf is that of a stack, -1 if it has none.
func (st *store) rowOf(s *Stack) int {
	if int(s.ID) >= len(st.slots) {
		return -1
	}
	i := int(st.slots[s.ID]) - 1
	if i < 0 || st.stacks[i] != s { // another had this ID before it
		return -1
	}
	return i
}

// rowFor is that of a stack, a new one if it has none.
func (st *store) rowFor(s *Stack) int {
	if i := st.rowOf(s); i >= 0 {
		return i
	}
	for int(s.ID) >= len(st.slots) {
		st.slots = appendDoubling(st.slots, 0)
	}
	st.stacks, st.most, st.groupOf = appendDoubling(st.stacks, s), appendDoubling(st.most, 0), appendDoubling(st.groupOf, 0)
	for range st.tracked {
		st.values = appendDoubling(st.values, 0)
	}
	if st.isHeap() {
		st.allocs = appendDoubling(appendDoubling(st.allocs, 0), 0)
	}
	st.slots[s.ID] = int32(len(st.stacks))
	return len(st.stacks) - 1
}

// isRepeat reports whether s says the same as the newest observation: no collection
// ended between the two, so it is not another observation. Their samples may
// differ: a stack that allocated since is listed already, with zeros.
func (st *store) isRepeat(s *Snapshot) bool {
	return st.last != nil && st.isHeap() && slices.Equal(s.Totals, st.last.Totals)
}

// hasFallen reports whether the counters of s are below what they were: s is of another
// process.
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
	// A new process may have allocated more already; then most of its stacks
	// differ. A few always may: how the runtime divides inlined calls among
	// frames depends on which stack of the profile comes first, so that a stack
	// can change its frames, and with them its name, between two profiles.
	kept := 0
	for i := range s.Samples {
		if j := st.rowOf(s.Samples[i].Stack); j >= 0 && s.Samples[i].Values[0] >= st.allocs[2*j] {
			kept++
		}
	}
	return len(st.last.Samples)-kept > 2+len(st.last.Samples)/10
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
	o.stacks = st.packStacks(s)
	if st.isHeap() {
		o.groups = st.packGroups(s)
		o.allocs = st.packAllocs(s.Time)
	}
	st.obs = append(st.obs, o)
	st.last, st.seen, st.repeats = s, s.Time, 0
	if len(st.obs) >= st.thinAt {
		st.thinObservations()
		st.thinAt = len(st.obs) + minThinned/2
	}
}

func (st *store) packStacks(s *Snapshot) *column {
	clear(st.values)
	n := len(st.tracked)
	for i := range s.Samples {
		sm := &s.Samples[i]
		j := st.rowFor(sm.Stack)
		for k, t := range st.tracked {
			st.values[j*n+k] = sm.Values[t]
		}
		st.most[j] = max(st.most[j], sm.Values[st.tracked[n-1]])
		if st.isHeap() {
			st.allocs[2*j], st.allocs[2*j+1] = sm.Values[0], sm.Values[1]
		}
	}
	return st.packed.stacks.packColumn(st.values)
}

// packAllocs packs the allocation counters where it is time to, and drops those
// beyond the window of the growth columns.
func (st *store) packAllocs(at time.Time) *column {
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
	return st.packed.allocs.packColumn(st.allocs)
}

// dropAfter forgets observations later than t: they turned out to be of the
// next process.
func (st *store) dropAfter(t time.Time) {
	n := len(st.obs)
	for n > 0 && st.obs[n-1].time.After(t) {
		n--
	}
	if n == len(st.obs) || n == 0 {
		return
	}
	st.obs, st.frozen = slices.Clip(st.obs[:n]), nil
	st.seen = st.obs[n-1].time
}

// frozenCopy returns a copy that does not change, the same until st does. It shares what
// is only appended to.
func (st *store) frozenCopy() *store {
	if st.frozen != nil {
		return st.frozen
	}
	f := *st
	f.obs, f.stacks = slices.Clip(st.obs), slices.Clip(st.stacks)
	f.most, f.slots, f.allocs, f.groups = slices.Clone(st.most), slices.Clone(st.slots), slices.Clone(st.allocs), slices.Clone(st.groups)
	f.groupOf, f.values, f.byBlame, f.packed = nil, nil, nil, packing{} // only needed to add
	st.frozen = &f
	return &f
}
