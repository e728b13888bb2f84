package profile

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"github.com/leaktop/leaktop/profile/trend"
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
	g := newTimeGaps(times)
	return g.slope(v)
}

// timeGaps are the times between all pairs of anchors, in seconds.
type timeGaps struct {
	seconds [Anchors][Anchors]float64 // by the later, by the earlier
}

func newTimeGaps(times []time.Time) (g timeGaps) {
	for j := range times {
		for i := range j {
			g.seconds[j][i] = times[j].Sub(times[i]).Seconds()
		}
	}
	return g
}

// slope returns the median of the slopes between all pairs of points.
func (g *timeGaps) slope(v []int64) float64 {
	if !slices.ContainsFunc(v, func(x int64) bool { return x != v[0] }) {
		return 0 // most stacks do not change
	}
	var buf [Anchors * (Anchors - 1) / 2]float64
	n := 0
	for j := range v {
		for i := range j {
			if dt := g.seconds[j][i]; dt > 0 {
				buf[n] = float64(v[j]-v[i]) / dt
				n++
			}
		}
	}
	if n == 0 {
		return 0
	}
	return trend.MedianOf(buf[:n])
}
