package profile

import "slices"

// changes lists what changed in a store at its newest observation.
type changes struct {
	groups []int32
	shrunk []int32 // groups whose largest object may be gone
}

// apply updates the rows of a store, and its sums by function and by group, by what differs
// from the last snapshot.
func (c *changes) apply(st *store, x *samples) {
	c.groups, c.shrunk = c.groups[:0], c.shrunk[:0]
	var values [4]int64
	var delta [2]int64
	for i, now := range x.changes() {
		row := st.sampleRows[i]
		before := sampleOfRow(st, int(row), &values)
		for f, t := range st.tracked {
			delta[f] = now.Values[t] - before.Values[t]
		}
		st.functionSums.addStack(st.stacks[row], delta[:len(st.tracked)], st.packed.functions)
		if st.isHeap() {
			c.changeGroup(st, row, &before, &now)
		}
		st.packed.stacks.WillChange(st.values, int(row))
		st.setRow(int(row), &now)
	}
	st.functionSums.readObservers(st.values, len(st.tracked))
	slices.Sort(c.shrunk)
	for _, j := range slices.Compact(c.shrunk) {
		findLargest(st, j)
	}
	for _, j := range c.groups {
		st.groups[j].most = max(st.groups[j].most, st.sumsOf(j)[groupValue])
	}
}

// sampleOfRow returns the newest sample of a row, without its stack. The values that are not
// tracked are set only for a heap profile, which has no others. The memory of values is used.
func sampleOfRow(st *store, row int, values *[4]int64) Sample {
	n := len(st.tracked)
	sm := Sample{Values: values[:]}
	if st.isHeap() {
		copy(values[:2], st.allocs[2*row:])
		f := st.heapFields[row]
		sm.Raw, sm.RawAlloc, sm.Largest = f.raw, f.rawAlloc, f.largest
	}
	for k, t := range st.tracked {
		values[t] = st.values[row*n+k]
	}
	return sm
}

// changeGroup updates the sums of the group of a row, whose sample has changed.
func (c *changes) changeGroup(st *store, row int32, before, now *Sample) {
	j, ok := st.groupFor(st.stacks[row], row)
	if !ok {
		return
	}
	sums := st.sumsOf(j)
	st.packed.groups.WillChange(st.groupSums, int(j))
	sums.add(before, -1)
	sums.add(now, 1)
	c.groups = append(c.groups, j)
	if before.Largest > now.Largest && before.Largest == sums[groupLargest] {
		c.shrunk = append(c.shrunk, j)
	}
}

// findLargest finds the largest object of a group.
func findLargest(st *store, group int32) {
	sums := st.sumsOf(group)
	sums[groupLargest] = 0
	for _, stack := range st.groups[group].stacks {
		if row := st.rowOf(stack); row >= 0 {
			sums[groupLargest] = max(sums[groupLargest], st.heapFields[row].largest)
		}
	}
}

// pack packs the columns of an observation, which differs from the last one only in what
// apply has changed.
func (c *changes) pack(st *store, o *observation) {
	o.stacks = st.packed.stacks.PackChanged(st.values)
	o.functions = st.packed.functions.PackChanged(st.functionSums.values)
	if st.isHeap() {
		o.groups = st.packed.groups.PackChanged(st.groupSums)
	}
}
