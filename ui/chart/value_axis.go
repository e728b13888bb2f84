package chart

import "math"

// valueAxis is the value axis: from lo to hi, both multiples of step.
type valueAxis struct {
	lo, hi, step float64
}

const (
	// minSpan is the smallest range of an axis, as a share of its largest value:
	// smaller movements are noise and must not look like growth.
	minSpan = 0.10
	// minFill is the share of an axis that values must fill to keep it. They fill
	// more than a third of a new axis, so it cannot flap.
	minFill = 0.25
	// headroom is the space above the values, as a share of their range, so that a
	// growing series does not outgrow its axis at once.
	headroom = 0.10
	// fromZero is the share of the largest value below which the smallest must be
	// for the axis to start at zero.
	fromZero = 0.4
	// intervals is the maximum number of steps of an axis.
	intervals = 4
)

// fitRange returns an axis for values from lo to hi: s itself as long as it is
// suitable. With binary, steps are powers of two.
func (a valueAxis) fitRange(lo, hi, limit float64, binary bool) valueAxis {
	if limit > 0 && hi >= limit/2 && limit < maxMagnitude {
		hi = max(hi, limit)
	}
	inside := a.step > 0 && a.lo <= lo && hi <= a.hi
	lo, hi = widenRange(lo, hi)
	if lo > 0 && lo < fromZero*hi {
		lo = 0
	}
	if inside && hi-lo >= minFill*(a.hi-a.lo) {
		return a
	}
	top := hi
	if hi != limit {
		top += headroom * (hi - lo)
	}
	return newValueAxis(lo, top, binary)
}

// widenRange widens a range so small that noise would look like growth.
func widenRange(lo, hi float64) (float64, float64) {
	span := max(minSpan*max(math.Abs(lo), math.Abs(hi)), 1)
	d := span - (hi - lo)
	if d <= 0 {
		return lo, hi
	}
	l, h := lo-d/2, hi+d/2
	if lo >= 0 && l < 0 {
		l, h = 0, span
	}
	return l, h
}

func newValueAxis(lo, hi float64, binary bool) valueAxis {
	step := niceStep((hi-lo)/intervals, binary)
	for {
		s := valueAxis{math.Floor(lo/step) * step, math.Ceil(hi/step) * step, step}
		if s.hi <= s.lo {
			s.hi = s.lo + step
		}
		if s.hi-s.lo <= intervals*step*(1+1e-9) || math.IsInf(step, 0) {
			return s
		}
		step = niceStep(step*1.01, binary)
	}
}

// niceStep returns the smallest round number that is at least v and 1: a power of
// two, or 1, 2 or 5 times a power of ten.
func niceStep(v float64, binary bool) float64 {
	if v <= 1 {
		return 1
	}
	if binary {
		return math.Exp2(math.Ceil(math.Log2(v) - 1e-9))
	}
	p := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 5} {
		if v <= m*p*(1+1e-9) {
			return m * p
		}
	}
	return 10 * p
}

// heightOf returns the height of a value: 0 at lo, 1 at hi, never outside.
func (a valueAxis) heightOf(v float64) float64 {
	if a.hi <= a.lo {
		return 0
	}
	return max(min((v-a.lo)/(a.hi-a.lo), 1), 0)
}

// ticks returns the multiples of step from lo to hi.
func (a valueAxis) ticks() []float64 {
	var t []float64
	for i := range intervals + 1 {
		if v := a.lo + float64(i)*a.step; v <= a.hi+a.step/2 {
			t = append(t, v)
		}
	}
	return t
}
