package trend

import (
	"cmp"
	"math"
	"slices"
)

// Bounds on a usable point. Sums of squares of values within them stay finite.
const (
	maxValue = 1e100
	maxTime  = 1e12 // seconds: 30,000 years
	sameTime = 1e-6 // seconds: points closer than this are one
)

// Clean returns p in order of time, without points that are not finite or absurdly
// large, and with one point per time: of several, the last given. It returns p
// itself if that is already so.
func Clean(p []Point) []Point {
	if isClean(p) {
		return p
	}
	out := make([]Point, 0, len(p))
	for _, q := range p {
		if isUsable(q) {
			out = append(out, q)
		}
	}
	slices.SortStableFunc(out, func(a, b Point) int { return cmp.Compare(a.T, b.T) })
	kept := out[:0]
	for _, q := range out {
		if n := len(kept); n > 0 && q.T-kept[n-1].T < sameTime {
			kept[n-1].V = q.V
			continue
		}
		kept = append(kept, q)
	}
	return kept
}

func isClean(p []Point) bool {
	before := math.Inf(-1)
	for i := range p { // NaN fails each comparison; that times rise bounds all but the ends
		q := &p[i]
		if !(q.T-before >= sameTime && q.V <= maxValue && q.V >= -maxValue) {
			return false
		}
		before = q.T
	}
	return len(p) == 0 || p[0].T >= -maxTime && before <= maxTime
}

// isUsable reports whether a point is within the bounds, which NaN is not.
func isUsable(q Point) bool {
	return math.Abs(q.V) <= maxValue && math.Abs(q.T) <= maxTime
}

// Since returns the points of p at or after time t.
func Since(p []Point, t float64) []Point {
	p = Clean(p)
	i, _ := slices.BinarySearchFunc(p, t, func(q Point, t float64) int { return cmp.Compare(q.T, t) })
	return p[i:]
}

// Span returns the time from the first to the last point, in seconds.
func Span(p []Point) float64 {
	p = Clean(p)
	if len(p) < 2 {
		return 0
	}
	return p[len(p)-1].T - p[0].T
}

// NetRise returns the last value minus the first.
func NetRise(p []Point) float64 {
	p = Clean(p)
	if len(p) < 2 {
		return 0
	}
	return p[len(p)-1].V - p[0].V
}

// FiniteOrZero returns a number, or 0 instead of NaN and the infinities, which JSON cannot
// represent.
func FiniteOrZero(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}
