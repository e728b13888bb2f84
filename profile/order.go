package profile

import (
	"cmp"
	"slices"
	"sort"
	"time"
)

// sortRows sorts rows by descending value, ties by name, so that a table stays
// still.
func sortRows(rows []Row) {
	sort.Slice(rows, func(i, j int) bool { // slices.SortFunc instantiates a sort per type: 15 KB
		a, b := &rows[i], &rows[j]
		return cmp.Or(cmp.Compare(b.Cum, a.Cum), cmp.Compare(b.Flat, a.Flat), cmp.Compare(a.stableID(), b.stableID()), cmp.Compare(a.Line, b.Line)) < 0
	})
}

// stableID identifies a row within its table, and orders rows.
func (r *Row) stableID() int32 {
	if r.Stack != nil {
		return r.Stack.ID
	}
	return r.Func.ID
}

// Slope returns the median of the slopes between all pairs of up to [Anchors]
// points (Theil 1950, Sen 1968), in units per second: a single outlier does not
// move it.
func Slope(times []time.Time, v []int64) float64 {
	if !slices.ContainsFunc(v, func(x int64) bool { return x != v[0] }) {
		return 0 // most stacks do not change
	}
	var buf [Anchors * (Anchors - 1) / 2]float64
	s := buf[:0]
	for j := range v {
		for i := range j {
			if dt := times[j].Sub(times[i]).Seconds(); dt > 0 {
				s = append(s, float64(v[j]-v[i])/dt)
			}
		}
	}
	n := len(s)
	if n == 0 {
		return 0
	}
	slices.Sort(s)
	return (s[(n-1)/2] + s[n/2]) / 2
}
