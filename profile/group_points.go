package profile

import (
	"slices"
	"sync"
	"unsafe"

	"github.com/leaktop/leaktop/profile/column"
)

// groupPoints keeps the points of exported groups from poll to poll: each poll adds one
// point to a group, and making all of them again would leave megabytes of garbage. What
// has been exported is never changed, only appended to. It is shared by a store and its
// immutable copies.
type groupPoints struct {
	mu     sync.Mutex
	of     []*column.Column // the observations that the points are of
	points [][]GroupPoint   // by row; nil for a group that is not worth judging
	groups int              // how many have points
}

// size returns how many bytes the points of so many observations take.
func (x *groupPoints) size(observations int) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.groups * observations * int(unsafe.Sizeof(GroupPoint{}))
}

// fill sets the points of groups, which are those of the given rows (ascending).
func (x *groupPoints) fill(st *store, groups []Group, rows []int) {
	x.mu.Lock()
	defer x.mu.Unlock()
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
	values := make([]int64, n*fields)
	for a := first; a < len(st.obs); a++ {
		st.columnOf(a).ReadInto(values, fields)
		for _, j := range rows {
			if a == len(x.points[j]) {
				x.points[j] = append(x.points[j], groupPoint(&st.obs[a], values[j*fields:(j+1)*fields]))
			}
		}
	}
	for a := len(x.of); a < len(st.obs); a++ {
		x.of = append(x.of, st.columnOf(a))
	}
}
