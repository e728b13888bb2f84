package trend

import "math"

// Accumulate returns the rate of a series that only adds up independent events, of
// any sizes: what comes is never given back, and values have no error of their own.
// Its best estimate is the line from the first to the last point. The interval is the
// score interval of a compound Poisson process, which reaches further up than down if
// few events were observed (Barker, A Comparison of Nine Confidence Intervals for a
// Poisson Parameter, The American Statistician 56, 2002). The size of an event is the
// variance of the differences relative to their mean: events at regular times have
// hardly any, so that their interval is narrow.
//
// The variance includes that of neighboring differences together (Newey and West, A
// Simple, Positive Semi-Definite, Heteroskedasticity and Autocorrelation Consistent
// Covariance Matrix, Econometrica 55, 1987): events in waves vary more in the long run.
// If times are inexact, what one difference has too much the next has too little, and
// the long run varies less. confidence is 0.95 for 95%. O(n).
//
// [Drift] does not know that the errors accumulate and gives some weight to the
// opposite, which makes its interval too narrow here.
func Accumulate(p []Point, inexact bool, confidence float64) Slope {
	p = Clean(p)
	n := len(p) - 1
	slope := chordSlope(p)
	if n < 2 || slope <= 0 {
		return Drift(p, confidence)
	}
	span := Span(p)
	variance, neighbors, before := 0.0, 0.0, 0.0 // per second
	for i := range n {
		dt := p[i+1].T - p[i].T
		d := (p[i+1].V - p[i].V - slope*dt) / math.Sqrt(dt)
		variance += d * d / float64(n-1)
		if i > 0 {
			neighbors += 2 * d * before / float64(n-1)
		}
		before = d
	}
	if inexact || neighbors > 0 {
		variance = max(variance+neighbors, 0)
	}
	size := variance / slope
	rise := slope * span
	q := studentQuantile((1+confidence)/2, float64(n-1))
	middle, half := rise+q*q*size/2, q*math.Sqrt(size*rise+q*q*size*size/4)
	s := Slope{PerSecond: slope, Low: (middle - half) / span, High: (middle + half) / span}
	if variance > 0 {
		s.T = rise / math.Sqrt(size*rise)
	}
	return s
}
