package trend

import "math"

// Slope is the growth of a series, in units per second.
type Slope struct {
	PerSecond float64
	// Low and High bound the confidence interval.
	Low, High float64
	// T is the slope in standard errors.
	T float64
}

// Drift returns the slope of a series that is the sum of steady growth, a random walk
// (each request leaks or not: errors accumulate) and independent errors (what was in
// flight when the profile was taken):
//
//	v = m + e,  m' = m + slope·dt + w,  Var(e) = r,  Var(w) = q·dt
//
// the local level model with fixed drift of Harvey, Forecasting, Structural Time
// Series Models and the Kalman Filter (1989), ch. 2.3. The differences of the series
// then have a tridiagonal covariance, so generalized least squares takes one pass.
// With q = 0 it is ordinary least squares, with r = 0 the slope from the first to the
// last point. The ratio is unknown: the results for a grid of ratios are averaged by
// their restricted likelihood (REML), and their differences widen the interval
// (Hoeting et al., Bayesian Model Averaging, Statistical Science 14, 1999). Spikes are
// removed first, by [Hampel]. confidence is 0.95 for 95%. O(n).
//
// The interval of Theil and Sen assumes independent errors and is several times too
// narrow if errors accumulate. This one is valid in both cases; a test compares them.
func Drift(p []Point, confidence float64) Slope {
	p = Clean(p)
	chord := chordSlope(p)
	if len(p) < 3 {
		return Slope{PerSecond: chord, Low: math.Inf(-1), High: math.Inf(1)}
	}
	p = Hampel(subtractLine(p, chord)) // without the trend, so that a gap is not an outlier
	fits := make([]driftFit, len(noiseShares))
	best := math.Inf(-1)
	for i, share := range noiseShares {
		fits[i] = fitDrift(p, share)
		best = max(best, fits[i].likelihood)
	}
	return averageFits(fits, best).slopeAbove(chord, len(p), confidence)
}

// slopeAbove returns a fit to n points, from which a line was subtracted, with its
// interval.
func (f driftFit) slopeAbove(chord float64, n int, confidence float64) Slope {
	se := math.Sqrt(f.variance)
	half := studentQuantile((1+confidence)/2, float64(n-2)) * se
	slope := f.slope + chord
	s := Slope{PerSecond: slope, Low: slope - half, High: slope + half}
	if slope != 0 {
		s.T = slope / se
	}
	return s
}

// subtractLine subtracts the line through the first point with this slope.
func subtractLine(p []Point, slope float64) []Point {
	out := make([]Point, len(p))
	for i, q := range p {
		out[i] = Point{T: q.T, V: q.V - slope*(q.T-p[0].T)}
	}
	return out
}

// averageFits weights fits by their likelihood. It returns the mean slope, and the mean
// variance plus the variance between fits.
func averageFits(fits []driftFit, best float64) (mean driftFit) {
	sum := 0.0
	for i := range fits {
		fits[i].likelihood = math.Exp(fits[i].likelihood - best)
		sum += fits[i].likelihood
	}
	for _, f := range fits {
		mean.slope += f.slope * f.likelihood / sum
	}
	for _, f := range fits {
		mean.variance += (f.variance + (f.slope-mean.slope)*(f.slope-mean.slope)) * f.likelihood / sum
	}
	return mean
}

// noiseShares is the grid: the share of independent errors in the variance of
// one difference.
var noiseShares = [...]float64{0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.94, 0.97, 0.985, 0.993, 0.997, 0.999, 1}

type driftFit struct {
	slope, variance float64
	likelihood      float64 // its logarithm, restricted
	maximum         float64 // of the logarithm of the likelihood
}

// minSlopeError is the error of a slope, in units per second, below which a line counts as
// straight.
const minSlopeError = 1e-9

// fitDrift computes generalized least squares of the differences on the time steps.
func fitDrift(p []Point, share float64) driftFit {
	w := newWhitener(p, share)
	var tt, tv, vv float64
	for i := range len(p) - 1 {
		w.next(p[i+1].T-p[i].T, p[i+1].V-p[i].V, 0)
		tt, tv, vv = tt+w.dt*w.dt/w.d, tv+w.dt*w.dv/w.d, vv+w.dv*w.dv/w.d
	}
	slope, n := tv/tt, float64(len(p)-1)
	df, straight := n-1, minSlopeError*minSlopeError*tt // a straight line has no noise
	noise := max((vv-slope*tv)/df, straight)
	return driftFit{
		slope: slope, variance: noise / tt,
		likelihood: -(df*math.Log(noise) + w.logD + math.Log(tt)) / 2,
		maximum:    -(n*math.Log(max((vv-slope*tv)/n, straight)) + w.logD) / 2,
	}
}

// whitener makes the differences of a series independent, by factoring their
// covariance as L·D·Lᵀ along the way. share is that of independent errors.
type whitener struct {
	q, r       float64
	dt, dv, dx float64 // of the last difference, made independent
	d, logD    float64 // its variance, and the logarithms of all
}

func newWhitener(p []Point, share float64) whitener {
	mean := (p[len(p)-1].T - p[0].T) / float64(len(p)-1)
	return whitener{q: (1 - share) / mean, r: share / 2}
}

// next takes the next difference: of time, value and a further regressor.
func (w *whitener) next(dt, dv, dx float64) {
	a := w.q*dt + 2*w.r
	if w.d > 0 {
		l := -w.r / w.d
		dt, dv, dx, a = dt-l*w.dt, dv-l*w.dv, dx-l*w.dx, a-w.r*w.r/w.d
	}
	w.dt, w.dv, w.dx, w.d = dt, dv, dx, max(a, 1e-12)
	w.logD += math.Log(w.d)
}

func chordSlope(p []Point) float64 {
	if len(p) < 2 {
		return 0
	}
	return (p[len(p)-1].V - p[0].V) / (p[len(p)-1].T - p[0].T)
}
