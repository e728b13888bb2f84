package profile

import (
	"cmp"
	"math"
	"slices"

	"github.com/leaktop/leaktop/profile/column"
)

// The fields of observation.groups.
const (
	groupValue = iota // inuse_space
	groupObjects
	groupAllocSpace
	groupAllocObjects
	groupLargest
	groupRaw // the bits of a float32
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
func (st *store) packGroups(s *Snapshot) *column.Column {
	acc := sized(st.groupSums, len(st.groups)*groupFields)
	for i := range s.Samples {
		sm := &s.Samples[i]
		if sm.Stack.Observer || sm.Stack.Blame == nil {
			continue
		}
		j := st.groupFor(sm.Stack)
		for len(acc) < (j+1)*groupFields {
			acc = append(acc, 0)
		}
		g := acc[j*groupFields : (j+1)*groupFields]
		g[groupAllocObjects] += sm.Values[0]
		g[groupAllocSpace] += sm.Values[1]
		g[groupObjects] += sm.Values[2]
		g[groupValue] += sm.Values[3]
		g[groupRaw] = addBits(g[groupRaw], sm.Raw)
		g[groupRawAlloc] = addBits(g[groupRawAlloc], sm.RawAlloc)
		g[groupLargest] = max(g[groupLargest], sm.Largest)
	}
	for j := range st.groups {
		st.groups[j].most = max(st.groups[j].most, acc[j*groupFields+groupValue])
	}
	st.groupSums = acc
	return st.packed.groups.Pack(acc)
}

// addBits adds v to a float32 stored as its bits.
func addBits(bits int64, v float32) int64 {
	return int64(math.Float32bits(math.Float32frombits(uint32(bits)) + v))
}

// groupFor returns the index of the group that a stack belongs to.
func (st *store) groupFor(s *Stack) int {
	known := &st.groupOf[st.rowOf(s)]
	if *known > 0 && st.groups[*known-1].blame == s.Blame {
		return int(*known) - 1
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
	return int(j)
}

// The minimum that a group or stack must hold, or have held, to be worth judging.
const (
	leastHeld       = 128 << 10 // bytes
	leastGoroutines = 2
)

// exportGroups returns the groups that are worth judging: blamed functions of the
// heap, or stacks of goroutines.
func (st *store) exportGroups() []Group {
	fields, least := groupFields, int64(leastHeld)
	n := len(st.groups)
	if !st.isHeap() {
		fields, least, n = 1, leastGoroutines, len(st.stacks)
	}
	now := st.newestValues()
	var out []Group
	var rows []int
	for j := range n {
		if g, most, ok := st.exportGroup(j, now); ok && most >= least {
			out, rows = append(out, g), append(rows, j)
		}
	}
	points := make([]GroupPoint, len(out)*len(st.obs))
	for i := range out {
		out[i].Points = points[i*len(st.obs) : (i+1)*len(st.obs) : (i+1)*len(st.obs)]
	}
	values := make([]int64, n*fields)
	for a, o := range st.obs {
		col := o.stacks
		if st.isHeap() {
			col = o.groups
		}
		col.ReadInto(values, fields)
		for i, j := range rows {
			out[i].Points[a] = groupPoint(&o, values[j*fields:(j+1)*fields])
		}
	}
	return out
}

// newestValues returns what each row held at the newest observation, in bytes or
// goroutines.
func (st *store) newestValues() []int64 {
	n := len(st.tracked)
	values := make([]int64, len(st.stacks)*n)
	st.obs[len(st.obs)-1].stacks.ReadInto(values, n)
	for i := range st.stacks {
		values[i] = values[i*n+n-1]
	}
	return values[:len(st.stacks)]
}

// exportGroup returns a group without its points, its stacks sorted by their
// current values.
func (st *store) exportGroup(j int, now []int64) (g Group, most int64, ok bool) {
	if !st.isHeap() {
		s := st.stacks[j]
		if s.Observer || s.Blame == nil || s.folded {
			return g, 0, false
		}
		return Group{Kind: st.kind, Blame: s.Blame, Stacks: []*Stack{s}, Now: []int64{now[j]}}, st.most[j], true
	}
	from := &st.groups[j]
	g = Group{Kind: st.kind, Blame: from.blame, Stacks: slices.Clone(from.stacks)}
	held := func(s *Stack) int64 {
		if i := st.rowOf(s); i >= 0 {
			return now[i]
		}
		return 0
	}
	if len(g.Stacks) > 1 && from.most >= leastHeld {
		slices.SortStableFunc(g.Stacks, func(a, b *Stack) int { return cmp.Compare(held(b), held(a)) })
	}
	for _, s := range g.Stacks {
		g.Now = append(g.Now, held(s))
	}
	return g, from.most, true
}

// groupPoint returns what a group holds at an observation.
func groupPoint(o *observation, v []int64) GroupPoint {
	p := GroupPoint{Time: o.time, AsOf: o.asOf, Value: v[0]}
	if len(v) == groupFields {
		p.Objects, p.AllocSpace, p.AllocObjects, p.Largest = v[groupObjects], v[groupAllocSpace], v[groupAllocObjects], v[groupLargest]
		p.Raw, p.RawAlloc = float64(math.Float32frombits(uint32(v[groupRaw]))), float64(math.Float32frombits(uint32(v[groupRawAlloc])))
	}
	return p
}
