package profile

import (
	"cmp"
	"slices"
)

// groupValue is what a group holds at an observation, see [GroupPoint].
type groupValue struct {
	value, objects           int64
	allocSpace, allocObjects int64
	largest                  int64
	raw, rawAlloc            float32
}

// groupSeries is the history of one group.
type groupSeries struct {
	blame  *Function
	stacks []*Stack
	values series[groupValue]
}

// addGroups sums a snapshot by guilty function (heap) or by stack
// (goroutines). The observer's own stacks are left out.
func (st *store) addGroups(id uint32, s *Snapshot) {
	acc := st.scratch
	clear(acc)
	for i := range s.Samples {
		sm := &s.Samples[i]
		if sm.Stack.Own || sm.Stack.Blame == nil {
			continue
		}
		j := st.group(sm.Stack)
		for len(acc) <= j {
			acc = append(acc, groupValue{})
		}
		g := &acc[j]
		if !st.heap() {
			g.value += sm.Values[0]
			continue
		}
		g.allocObjects += sm.Values[0]
		g.allocSpace += sm.Values[1]
		g.objects += sm.Values[2]
		g.value += sm.Values[3]
		g.raw += sm.Raw
		g.rawAlloc += sm.RawAlloc
		g.largest = max(g.largest, sm.Largest)
	}
	st.scratch = acc
	for j, g := range st.groups {
		g.values.add(id, acc[j])
	}
}

// group returns the index of the group that a stack belongs to.
func (st *store) group(s *Stack) int {
	var key any = s
	if st.heap() {
		key = s.Blame
	}
	j, ok := st.byKey[key]
	if !ok {
		j = len(st.groups)
		st.byKey[key] = j
		st.groups = append(st.groups, &groupSeries{blame: s.Blame})
	}
	g := st.groups[j]
	if !st.grouped[s] {
		st.grouped[s] = true
		g.stacks = append(g.stacks, s)
	}
	return j
}

// material tells whether a group is worth judging: it holds, or held, at least
// this much, or it changed by that much.
func (g *groupSeries) material(kind Kind) bool {
	least := int64(128 << 10)
	if kind == Goroutine {
		least = 2
	}
	for _, c := range g.values.changes {
		if c.v.value >= least {
			return true
		}
	}
	return false
}

// export makes the group of a series, its stacks ordered by what they hold now.
func (st *store) export(g *groupSeries) Group {
	ids := make([]uint32, len(st.obs))
	for i, o := range st.obs {
		ids[i] = o.id
	}
	vals := make([]groupValue, len(ids))
	g.values.fill(ids, vals)
	out := Group{Kind: st.kind, Blame: g.blame, Stacks: slices.Clone(g.stacks), Points: make([]GroupPoint, len(ids))}
	for i, v := range vals {
		out.Points[i] = GroupPoint{
			Time: st.obs[i].time, Shows: st.obs[i].shows, Value: v.value, Objects: v.objects, AllocSpace: v.allocSpace, AllocObjects: v.allocObjects,
			Raw: float64(v.raw), RawAlloc: float64(v.rawAlloc), Largest: v.largest,
		}
	}
	if len(out.Stacks) > 1 {
		slices.SortStableFunc(out.Stacks, func(a, b *Stack) int { return cmp.Compare(st.now(b), st.now(a)) })
	}
	out.Now = make([]int64, len(out.Stacks))
	for i, s := range out.Stacks {
		out.Now[i] = st.now(s)
	}
	return out
}

// now is the newest value of a stack: bytes or goroutines in use.
func (st *store) now(s *Stack) int64 {
	i, ok := st.indexOf(s)
	if !ok || len(st.obs) == 0 {
		return 0
	}
	v := st.stacks[i].values.at(st.obs[len(st.obs)-1].id)
	return v[len(st.tracked)-1]
}
