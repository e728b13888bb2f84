package chart

import (
	"math"
	"time"
)

// Point is one value at one time.
type Point struct {
	T time.Time
	V float64
}

// MarkKind is how an event is drawn.
type MarkKind int

// The kinds of marks.
const (
	MarkTick     MarkKind = iota // a tick below the time axis: a garbage collection
	MarkFlag                     // a line over the full height: a baseline
	MarkBoundary                 // a break over the full height: a restart
)

// Mark is an event on the time axis. Its label is written below the axis if there
// is room.
type Mark struct {
	T     time.Time
	Kind  MarkKind
	Label string
}

// Data is what a chart shows. A series consists of segments, each in order of
// time; segments are not connected. Values that are not finite and points that
// go back in time are skipped.
type Data struct {
	// Now is the end of the time axis; zero means the last point.
	Now time.Time
	// Start is where the time axis begins if no point is earlier; zero means the first point.
	Start time.Time
	// Late is how long ago Now is, if no data has arrived since; 0 means that Now
	// is the present.
	Late time.Duration
	// End is written at the end of the time axis; empty means "now", or how long ago
	// that is.
	End string
	// Line is the series.
	Line [][]Point
	// Other is a second series, drawn behind the first.
	Other [][]Point
	// Past continues the series to the left, from another source, and is drawn behind both.
	// It is shown only in a window.
	Past [][]Point
	// Limit is drawn as a horizontal line once values reach half of it; 0 means
	// that there is none.
	Limit float64
	Marks []Mark
	// Cursor is drawn as a vertical line; From is the first of two moments that are
	// compared. Zero means that there is none.
	Cursor, From time.Time
}

// dot is a point in nanoseconds since 1970.
type dot struct {
	t int64
	v float64
}

// The times that fit into [time.Time.UnixNano], with a margin.
var (
	minTime = time.Unix(0, math.MinInt64/2)
	maxTime = time.Unix(0, math.MaxInt64/2)
)

// maxMagnitude bounds values, so that the difference of two is finite.
const maxMagnitude = 1e200

// drawablePoints returns the drawable points of segments.
func drawablePoints(segments [][]Point) [][]dot {
	out := make([][]dot, 0, len(segments))
	for _, s := range segments {
		d := make([]dot, 0, len(s))
		for _, p := range s {
			t, ok := toNanos(p.T)
			if !ok || math.IsNaN(p.V) || math.IsInf(p.V, 0) || len(d) > 0 && t < d[len(d)-1].t {
				continue
			}
			d = append(d, dot{t, max(min(p.V, maxMagnitude), -maxMagnitude)})
		}
		if len(d) > 0 {
			out = append(out, d)
		}
	}
	return out
}

func toNanos(t time.Time) (int64, bool) {
	if t.Before(minTime) || t.After(maxTime) {
		return 0, false
	}
	return t.UnixNano(), true
}

// timeRange returns the first and the last time of some series; ok is false if they
// are empty.
func timeRange(all ...[][]dot) (first, last int64, ok bool) {
	for _, segments := range all {
		for _, s := range segments {
			if !ok {
				first, last, ok = s[0].t, s[len(s)-1].t, true
			}
			first, last = min(first, s[0].t), max(last, s[len(s)-1].t)
		}
	}
	return first, last, ok
}

// valueRange returns the smallest and the largest value between two times.
func valueRange(from, to int64, all ...[][]dot) (lo, hi float64, ok bool) {
	for _, segments := range all {
		for _, s := range segments {
			for _, p := range s {
				switch {
				case p.t < from || p.t > to:
				case !ok:
					lo, hi, ok = p.v, p.v, true
				default:
					lo, hi = min(lo, p.v), max(hi, p.v)
				}
			}
		}
	}
	return lo, hi, ok
}
