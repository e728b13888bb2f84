package chart

import "math"

// scale is the value axis: from lo to hi, both multiples of step.
type scale struct {
	lo, hi, step float64
}

const (
	// calm is the least part of its largest value that an axis spans: smaller
	// movements are noise and shall not look like growth.
	calm = 0.10
	// loose is the part of an axis that values must fill, or it is made anew.
	// A new axis is filled by more than a third, so it can't flap.
	loose = 0.25
	// headroom is left above the values, in parts of their range, so that a
	// growing series does not outgrow its axis at once.
	headroom = 0.10
	// fromZero: values whose smallest is below this part of the largest are
	// shown from zero.
	fromZero = 0.4
	// intervals is the most steps an axis has.
	intervals = 4
)

// fit returns an axis for values from lo to hi: s itself as long as it will do.
// binary asks for steps that are powers of two.
func (s scale) fit(lo, hi, limit float64, binary bool) scale {
	if limit > 0 && hi >= limit/2 && limit < biggest {
		hi = max(hi, limit)
	}
	inside := s.step > 0 && s.lo <= lo && hi <= s.hi
	lo, hi = widen(lo, hi)
	if lo > 0 && lo < fromZero*hi {
		lo = 0
	}
	if inside && hi-lo >= loose*(s.hi-s.lo) {
		return s
	}
	top := hi
	if hi != limit {
		top += headroom * (hi - lo)
	}
	return newScale(lo, top, binary)
}

// widen spreads a range that is too small to tell growth from noise.
func widen(lo, hi float64) (float64, float64) {
	least := max(calm*max(math.Abs(lo), math.Abs(hi)), 1)
	d := least - (hi - lo)
	if d <= 0 {
		return lo, hi
	}
	l, h := lo-d/2, hi+d/2
	if lo >= 0 && l < 0 {
		l, h = 0, least
	}
	return l, h
}

func newScale(lo, hi float64, binary bool) scale {
	step := niceStep((hi-lo)/intervals, binary)
	for {
		s := scale{math.Floor(lo/step) * step, math.Ceil(hi/step) * step, step}
		if s.hi <= s.lo {
			s.hi = s.lo + step
		}
		if s.hi-s.lo <= intervals*step*(1+1e-9) || math.IsInf(step, 0) {
			return s
		}
		step = niceStep(step*1.01, binary)
	}
}

// niceStep returns the smallest round number that is at least v, and at least
// 1: a power of two, or 1, 2 or 5 times a power of ten.
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

// at returns how high a value stands, 0 at lo and 1 at hi, never outside.
func (s scale) at(v float64) float64 {
	if s.hi <= s.lo {
		return 0
	}
	return max(min((v-s.lo)/(s.hi-s.lo), 1), 0)
}

// ticks returns the multiples of step from lo to hi.
func (s scale) ticks() []float64 {
	var t []float64
	for i := range intervals + 1 {
		if v := s.lo + float64(i)*s.step; v <= s.hi+s.step/2 {
			t = append(t, v)
		}
	}
	return t
}
