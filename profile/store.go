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
	id     uint32
	time   time.Time
	shows  time.Time
	totals [4]int64 // of the first four sample types, the observer's stacks included
}

// pair is the tracked values of a stack: inuse_objects and inuse_space of a
// heap profile, the count of a goroutine profile.
type pair [2]int64

// stackSeries is the history of one stack.
type stackSeries struct {
	stack  *Stack
	values series[pair]
	allocs [2]int64 // the newest alloc_objects and alloc_space: they never fall in one process
}

// keyframe holds the values that are not tracked change by change, because
// nearly all of them change all the time: alloc_objects and alloc_space.
type keyframe struct {
	obs    uint32
	allocs [][2]int64 // by index of store.stacks; shorter than it where stacks came later
}

// keyframes is how many keyframes a store holds, and keyframeGap how far apart
// they are: together the window of the growth columns.
const (
	keyframes   = Anchors
	keyframeGap = 30 * time.Second
)

// store is the history of one polled kind of profile within one process.
type store struct {
	kind    Kind
	types   []SampleType
	tracked []int // which sample types a pair holds
	obs     []observation
	next    uint32
	stacks  []stackSeries
	index   map[*Stack]int
	groups  []*groupSeries
	byKey   map[any]int     // group by guilty function or by stack
	grouped map[*Stack]bool // stacks that their group has
	frames  []keyframe
	last    *Snapshot
	seen    time.Time // of the newest poll, repeats included
	repeats int       // polls since the newest observation that said the same
	thinAt  int       // how many observations make the next thinning due
	scratch []groupValue
}

func newStore(s *Snapshot) *store {
	st := &store{
		kind: s.Kind, types: s.Types, index: map[*Stack]int{}, byKey: map[any]int{}, grouped: map[*Stack]bool{}, thinAt: 64,
		tracked: []int{0},
	}
	if heapTypes(s.Types) {
		st.tracked = []int{2, 3}
	}
	return st
}

// heap tells whether the store has allocation counters.
func (st *store) heap() bool { return len(st.tracked) == 2 }

// repeat tells whether s says the same as the newest observation: no
// collection ended between the two, so it is not another observation. Their
// samples may differ: a stack that allocated since is listed already, with
// zeros.
func (st *store) repeat(s *Snapshot) bool {
	if st.last == nil || !st.heap() {
		return false
	}
	for i, v := range s.Totals {
		if v != st.last.Totals[i] {
			return false
		}
	}
	return true
}

// fell tells whether the counters of s are below what they were: s is of
// another process.
func (st *store) fell(s *Snapshot) bool {
	if st.last == nil || s.same(st.last) {
		return false
	}
	if otherBinary(s.Binary, st.last.Binary) {
		return true
	}
	if !slices.Equal(s.Types, st.types) {
		return true
	}
	if !st.heap() {
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
		if j, ok := st.index[s.Samples[i].Stack]; ok && s.Samples[i].Values[0] >= st.stacks[j].allocs[0] {
			kept++
		}
	}
	return len(st.last.Samples)-kept > 2+len(st.last.Samples)/10
}

// add records an observation.
func (st *store) add(s *Snapshot) {
	id := st.next
	st.next++
	o := observation{id: id, time: s.Time, shows: s.Time}
	if n := len(st.obs); n > 0 && st.repeats > 0 {
		o.shows = st.obs[n-1].time
	}
	copy(o.totals[:], s.Totals)
	st.obs = append(st.obs, o)
	st.addStacks(id, s)
	st.addGroups(id, s)
	st.addKeyframe(id, s.Time)
	st.last, st.seen, st.repeats = s, s.Time, 0
	if len(st.obs) >= st.thinAt {
		st.thin()
		st.thinAt = len(st.obs) + 32
	}
}

func (st *store) addStacks(id uint32, s *Snapshot) {
	present := make([]bool, len(st.stacks), len(st.stacks)+len(s.Samples)/8)
	for i := range s.Samples {
		sm := &s.Samples[i]
		j, ok := st.index[sm.Stack]
		if !ok {
			j = len(st.stacks)
			st.index[sm.Stack] = j
			st.stacks = append(st.stacks, stackSeries{stack: sm.Stack})
			present = append(present, true)
		}
		present[j] = true
		ss := &st.stacks[j]
		var p pair
		for k, t := range st.tracked {
			p[k] = sm.Values[t]
		}
		ss.values.add(id, p)
		if st.heap() {
			ss.allocs = [2]int64{sm.Values[0], sm.Values[1]}
		}
	}
	for j, ok := range present {
		if !ok {
			st.stacks[j].values.add(id, pair{})
		}
	}
}

func (st *store) addKeyframe(id uint32, at time.Time) {
	if !st.heap() {
		return
	}
	if n := len(st.frames); n > 0 {
		if last, ok := st.find(st.frames[n-1].obs); ok && at.Sub(last.time) < keyframeGap {
			return
		}
	}
	f := keyframe{obs: id, allocs: make([][2]int64, len(st.stacks))}
	for i := range st.stacks {
		f.allocs[i] = st.stacks[i].allocs
	}
	st.frames = append(st.frames, f)
	if len(st.frames) > keyframes {
		st.frames = append(st.frames[:0], st.frames[1:]...)
	}
}

// find returns the observation with an id, if it is still kept.
func (st *store) find(id uint32) (observation, bool) {
	for i := len(st.obs) - 1; i >= 0; i-- {
		if st.obs[i].id == id {
			return st.obs[i], true
		}
	}
	return observation{}, false
}

// thin drops observations by age, see thinned.
func (st *store) thin() {
	times := make([]time.Time, len(st.obs))
	for i, o := range st.obs {
		times[i] = o.time
	}
	st.keep(thinned(times))
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
	st.obs = st.obs[:n]
	last := st.obs[n-1]
	for i := range st.stacks {
		st.stacks[i].values.dropAfter(last.id)
	}
	for _, g := range st.groups {
		g.values.dropAfter(last.id)
	}
	st.seen = last.time
}
