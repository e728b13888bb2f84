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
	MarkTick     MarkKind = iota // a tick under the time axis: a collection
	MarkFlag                     // a line over the height: a baseline
	MarkBoundary                 // the same, as a break: a restart
)

// Mark is an event on the time axis. Its label is written under the axis where
// there is room.
type Mark struct {
	T     time.Time
	Kind  MarkKind
	Label string
}

// Data is what a chart shows. Points of a series come in segments, in order of
// time; nothing is drawn between two segments. Values that are no finite
// numbers, and points that go back in time, are left out.
type Data struct {
	// Now is where the time axis ends; zero is the last point.
	Now time.Time
	// Late is how long ago Now is, where nothing came since; 0 is now.
	Late time.Duration
	// Line is the series.
	Line [][]Point
	// Other is a second series, drawn behind the first.
	Other [][]Point
	// Limit is drawn as a level line as soon as half of it is reached; 0 is none.
	Limit float64
	Marks []Mark
}

// dot is a point in nanoseconds since 1970.
type dot struct {
	t int64
	v float64
}

// Times that a time axis can hold: those of [time.Time.UnixNano].
var (
	earliest = time.Unix(0, math.MinInt64/2)
	latest   = time.Unix(0, math.MaxInt64/2)
)

// biggest bounds values so that the difference of two is finite.
const biggest = 1e200

// series returns the segments fit to draw.
func series(segments [][]Point) [][]dot {
	out := make([][]dot, 0, len(segments))
	for _, s := range segments {
		d := make([]dot, 0, len(s))
		for _, p := range s {
			t, ok := nanos(p.T)
			if !ok || math.IsNaN(p.V) || math.IsInf(p.V, 0) || len(d) > 0 && t < d[len(d)-1].t {
				continue
			}
			d = append(d, dot{t, max(min(p.V, biggest), -biggest)})
		}
		if len(d) > 0 {
			out = append(out, d)
		}
	}
	return out
}

func nanos(t time.Time) (int64, bool) {
	if t.Before(earliest) || t.After(latest) {
		return 0, false
	}
	return t.UnixNano(), true
}

// span is the first and the last time of some series; ok is false if they are empty.
func span(all ...[][]dot) (first, last int64, ok bool) {
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

// bounds is the smallest and the largest value between two times.
func bounds(from, to int64, all ...[][]dot) (lo, hi float64, ok bool) {
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
