package profile

import (
	"cmp"
	"slices"
	"sync"
	"unsafe"

	"github.com/leaktop/leaktop/profile/column"
)

// Group is the series of one blamed function (heap) or of one goroutine stack: the
// unit that package leak judges.
type Group struct {
	Kind Kind // Heap or Goroutine
	// Blame is the function to blame; nil if no stack has frames.
	Blame *Function
	// Stacks are the stacks summed up here, heaviest first.
	Stacks []*Stack
	// Now is what each of Stacks holds at the newest observation, in the unit of
	// GroupPoint.Value.
	Now []int64
	// Points are the observations, oldest first. Heap polls that repeat the previous
	// one, because no collection ended between them, are left out.
	Points []GroupPoint
}

// GroupPoint is one observation of a group.
type GroupPoint struct {
	Time Instant
	// AsOf is the time whose heap a heap profile shows, see observation; zero means
	// Time.
	AsOf  Instant
	Value int64 // inuse_space in bytes, or goroutines
	// The remaining fields apply to heap profiles only.
	Objects      int64 // inuse_objects
	AllocSpace   int64 // bytes allocated since the process started
	AllocObjects int64 // objects allocated since the process started
	// Raw and RawAlloc are how many objects, in use and allocated, the heap sampler
	// actually sampled; see [Sample].
	Raw, RawAlloc float64
	// Largest is the size in bytes of the largest live object; 0 if unknown.
	Largest int64
}

// EffectiveTime returns the time that the point describes, like
// [Value.EffectiveTime].
func (p GroupPoint) EffectiveTime() Instant { return cmp.Or(p.AsOf, p.Time) }

// The fields of observation.groups.
const (
	groupValue = iota // inuse_space
	groupObjects
	groupAllocSpace
	groupAllocObjects
	groupLargest
	groupRaw // in units of 1/rawUnit
	groupRawAlloc
	groupFields
)

// group is a blamed function of the heap, with its stacks.
type group struct {
	blame  *Function
	stacks []*Stack // appended to or replaced, never written to
	most   int64    // the maximum it ever held
}

// packGroups sums a heap profile by blamed function. The observer's own stacks are
// left out.
func (st *store) packGroups(list []Sample) *column.Column {
	clear(st.groupSums)
	for i := range list {
		if j, ok := st.groupFor(list[i].Stack, st.sampleRows[i]); ok {
			st.sumsOf(j).add(&list[i], 1)
		}
	}
	for j := range st.groups {
		st.groups[j].most = max(st.groups[j].most, st.sumsOf(int32(j))[groupValue])
	}
	return st.packed.groups.Pack(st.groupSums)
}

// groupSums are the sums of a group at an observation.
type groupSums []int64

// sumsOf returns the newest sums of a group.
func (st *store) sumsOf(group int32) groupSums {
	at, end := int(group)*groupFields, int(group+1)*groupFields
	for len(st.groupSums) < end {
		st.groupSums = appendDoubling(st.groupSums, 0)
	}
	return st.groupSums[at:end]
}

// add adds a sample of a heap profile; sign is -1 to subtract it, which leaves the
// largest object as it is.
func (g groupSums) add(sm *Sample, sign int64) {
	g[groupAllocObjects] += sign * sm.Values[0]
	g[groupAllocSpace] += sign * sm.Values[1]
	g[groupObjects] += sign * sm.Values[2]
	g[groupValue] += sign * sm.Values[3]
	g[groupRaw] += sign * fixedPoint(sm.Raw)
	g[groupRawAlloc] += sign * fixedPoint(sm.RawAlloc)
	if sign > 0 {
		g[groupLargest] = max(g[groupLargest], sm.Largest)
	}
}

// rawUnit stands for 1 in groupRaw and groupRawAlloc: sums of integers do not depend on
// the order in which they are added up.
const rawUnit = 1 << 10

func fixedPoint(v float32) int64 { return int64(float64(v)*rawUnit + 0.5) }

// groupFor returns the index of the group that the stack of a row belongs to. ok is false if it
// belongs to none.
func (st *store) groupFor(s *Stack, row int32) (index int32, ok bool) {
	if s.Observer || s.Blame == nil {
		return 0, false
	}
	known := &st.groupOf[row]
	if *known > 0 && st.groups[*known-1].blame == s.Blame {
		return *known - 1, true
	}
	j, ok := st.byBlame[s.Blame]
	if !ok {
		j = int32(len(st.groups))
		st.byBlame[s.Blame] = j
		st.groups = append(st.groups, group{blame: s.Blame})
	}
	if *known == 0 { // else the stack was in another group, before all code was classified
		st.groups[j].stacks = append(st.groups[j].stacks, s)
	}
	*known = j + 1
	return j, true
}

// The minimum that a group or stack must hold, or have held, to be worth judging.
const (
	minHeld       = 128 << 10 // bytes
	minGoroutines = 2
)

// exportGroups returns the groups that are worth judging: blamed functions of the
// heap, or stacks of goroutines.
func (st *store) exportGroups() []Group {
	least, n := int64(minHeld), len(st.groups)
	if !st.isHeap() {
		least, n = minGoroutines, len(st.stacks)
	}
	st.points.mu.Lock()
	defer st.points.mu.Unlock()
	now := st.newestValues()
	var out []Group
	var rows []int
	var held []heldByStack
	for j := range n {
		if g, ok := st.exportGroup(j, now, least, &held); ok {
			out, rows = append(out, g), append(rows, j)
		}
	}
	st.points.fill(st, out, rows)
	return out
}

// newestValues returns what each row held at the newest observation, in bytes or
// goroutines. The result is valid until points are made.
func (st *store) newestValues() []int64 {
	values := st.points.sizedScratch(len(st.stacks))
	st.obs[len(st.obs)-1].stacks.FillField(values, len(st.tracked), len(st.tracked)-1)
	return values
}

// exportGroup returns a group without its points, its stacks sorted by their current
// values. ok is false if it never held enough to be worth judging. The memory of buffer
// is used, and kept for the next group.
func (st *store) exportGroup(j int, now []int64, minHeld int64, buffer *[]heldByStack) (g Group, ok bool) {
	if !st.isHeap() {
		s := st.stacks[j]
		if s.Observer || s.Blame == nil || s.folded || st.most[j] < minHeld {
			return g, false
		}
		return Group{Kind: st.kind, Blame: s.Blame, Stacks: []*Stack{s}, Now: []int64{now[j]}}, true
	}
	from := &st.groups[j]
	if from.most < minHeld {
		return g, false
	}
	*buffer = resizeZeroed(*buffer, len(from.stacks))
	held, empty := (*buffer)[:0], len(from.stacks)
	g = Group{Kind: st.kind, Blame: from.blame, Stacks: make([]*Stack, len(from.stacks)), Now: make([]int64, len(from.stacks))}
	for i := len(from.stacks) - 1; i >= 0; i-- { // most hold nothing: they stay in order, at the end
		s := from.stacks[i]
		if row := st.rowOf(s); row >= 0 && now[row] > 0 {
			held = append(held, heldByStack{stack: s, now: now[row], at: int32(i)})
			continue
		}
		empty--
		g.Stacks[empty] = s
	}
	slices.SortFunc(held, heldByStack.compare)
	for i, h := range held {
		g.Stacks[i], g.Now[i] = h.stack, h.now
	}
	return g, true
}

// heldByStack is the current value of a stack of a group; at is its index in the group.
type heldByStack struct {
	stack *Stack
	now   int64
	at    int32
}

// compare orders stacks that hold more before others.
func (a heldByStack) compare(b heldByStack) int {
	if a.now != b.now {
		return cmp.Compare(b.now, a.now)
	}
	return cmp.Compare(a.at, b.at)
}

// groupPoint returns what a group holds at an observation.
func groupPoint(o *observation, v []int64) GroupPoint {
	p := GroupPoint{Time: InstantOf(o.time), AsOf: InstantOf(o.asOf), Value: v[0]}
	if len(v) == groupFields {
		p.Objects, p.AllocSpace, p.AllocObjects, p.Largest = v[groupObjects], v[groupAllocSpace], v[groupAllocObjects], v[groupLargest]
		p.Raw, p.RawAlloc = float64(v[groupRaw])/rawUnit, float64(v[groupRawAlloc])/rawUnit
	}
	return p
}

// groupPoints keeps the points of exported groups from poll to poll: each poll adds one
// point to a group, and making all of them again would leave megabytes of garbage. What
// has been exported is never changed, only appended to. It is shared by a store and its
// immutable copies.
type groupPoints struct {
	mu      sync.Mutex
	of      []*column.Column // the observations that the points are of
	points  [][]GroupPoint   // by row; nil for a group that is not worth judging
	groups  int              // how many have points
	scratch []int64
}

// size returns how many bytes the points of so many observations take.
func (x *groupPoints) size(observations int) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.groups * observations * int(unsafe.Sizeof(GroupPoint{}))
}

// sizedScratch returns memory for n values, valid until the next call.
func (x *groupPoints) sizedScratch(n int) []int64 {
	x.scratch = resizeZeroed(x.scratch, n)
	return x.scratch
}

// fill sets the points of groups, which are those of the given rows (ascending). The
// caller holds the lock.
func (x *groupPoints) fill(st *store, groups []Group, rows []int) {
	known := x.matchObservations(st)
	if known < len(st.obs) && known < len(x.of) {
		x.of, x.points = nil, nil // observations were dropped
		known = 0
	}
	if len(rows) > 0 {
		x.points = slices.Grow(x.points, max(0, rows[len(rows)-1]+1-len(x.points)))
		for len(x.points) <= rows[len(rows)-1] {
			x.points = append(x.points, nil)
		}
	}
	x.addPoints(st, rows, known)
	x.groups = len(rows)
	for i, j := range rows {
		groups[i].Points = x.points[j][:len(st.obs):len(st.obs)]
	}
}

// matchObservations returns how many of the first observations of st the points are of.
func (x *groupPoints) matchObservations(st *store) int {
	for i := range x.of {
		if i == len(st.obs) || st.columnOf(i) != x.of[i] {
			return i
		}
	}
	return len(x.of)
}

// columnOf returns the column of an observation that the points of groups are made from.
func (st *store) columnOf(i int) *column.Column {
	if st.isHeap() {
		return st.obs[i].groups
	}
	return st.obs[i].stacks
}

// addPoints makes the points that are missing: those of observations after the known
// ones, and all points of the groups that were not worth judging before.
func (x *groupPoints) addPoints(st *store, rows []int, known int) {
	first := known
	for _, j := range rows {
		first = min(first, len(x.points[j]))
	}
	fields, n := groupFields, len(st.groups)
	if !st.isHeap() {
		fields, n = 1, len(st.stacks)
	}
	values := x.sizedScratch(n * fields)
	for a := first; a < len(st.obs); a++ {
		st.columnOf(a).ReadInto(values, fields)
		for _, j := range rows {
			if a != len(x.points[j]) {
				continue
			}
			if a == 0 { // observations are thinned before there are more
				x.points[j] = make([]GroupPoint, 0, max(st.thinAt, len(st.obs)))
			}
			x.points[j] = append(x.points[j], groupPoint(&st.obs[a], values[j*fields:(j+1)*fields]))
		}
	}
	for a := len(x.of); a < len(st.obs); a++ {
		x.of = append(x.of, st.columnOf(a))
	}
}
