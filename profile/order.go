package profile

import (
	"cmp"
	"slices"
	"time"
)

// sortRows puts the rows that hold most first; ties by name, so that a table
// does not jump.
func sortRows(rows []Row) {
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(b.Cum, a.Cum), cmp.Compare(b.Flat, a.Flat), cmp.Compare(a.id(), b.id()), cmp.Compare(a.Line, b.Line))
	})
}

// id orders and tells apart rows of one table.
func (r *Row) id() int32 {
	if r.Stack != nil {
		return r.Stack.ID
	}
	return r.Func.ID
}

// slope is the median of the slopes between all pairs of points (Theil 1950,
// Sen 1968), in units a second: one odd anchor does not move it.
func slope(times []time.Time, v []int64) float64 {
	var buf [Anchors * (Anchors - 1) / 2]float64
	s := buf[:0]
	flat := true
	for j := range v {
		for i := range j {
			dt := times[j].Sub(times[i]).Seconds()
			if dt <= 0 {
				continue
			}
			if v[j] != v[i] {
				flat = false
			}
			s = append(s, float64(v[j]-v[i])/dt)
		}
	}
	if flat || len(s) == 0 {
		return 0
	}
	slices.Sort(s)
	n := len(s)
	return (s[(n-1)/2] + s[n/2]) / 2
}
