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
	slope, variance := averageFits(fits, best)
	se := math.Sqrt(variance)
	half := studentQuantile((1+confidence)/2, float64(len(p)-2)) * se
	slope += chord
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
func averageFits(fits []driftFit, best float64) (slope, variance float64) {
	sum := 0.0
	for i := range fits {
		fits[i].likelihood = math.Exp(fits[i].likelihood - best)
		sum += fits[i].likelihood
	}
	for _, f := range fits {
		slope += f.slope * f.likelihood / sum
	}
	for _, f := range fits {
		variance += (f.variance + (f.slope-slope)*(f.slope-slope)) * f.likelihood / sum
	}
	return slope, variance
}

// noiseShares is the grid: the share of independent errors in the variance of
// one difference.
var noiseShares = [...]float64{0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.94, 0.97, 0.985, 0.993, 0.997, 0.999, 1}

type driftFit struct{ slope, variance, likelihood float64 }

// minSlopeError is the error of a slope, in units per second, below which a line counts as
// straight.
const minSlopeError = 1e-9

// fitDrift computes generalized least squares of the differences on the time steps.
// It factors their covariance as L·D·Lᵀ along the way.
func fitDrift(p []Point, share float64) driftFit {
	n := len(p) - 1
	mean := (p[n].T - p[0].T) / float64(n)
	q, r := (1-share)/mean, share/2
	var uT, uV, d, logD, tt, tv, vv float64
	for i := range n {
		dt, dv := p[i+1].T-p[i].T, p[i+1].V-p[i].V
		a := q*dt + 2*r
		if i > 0 {
			l := -r / d
			dt, dv, a = dt-l*uT, dv-l*uV, a-r*r/d
		}
		uT, uV, d = dt, dv, max(a, 1e-12)
		logD += math.Log(d)
		tt, tv, vv = tt+uT*uT/d, tv+uT*uV/d, vv+uV*uV/d
	}
	slope := tv / tt
	df := float64(n - 1)
	noise := max((vv-slope*tv)/df, minSlopeError*minSlopeError*tt) // a straight line has no noise
	return driftFit{
		slope: slope, variance: noise / tt,
		likelihood: -(df*math.Log(noise) + logD + math.Log(tt)) / 2,
	}
}

func chordSlope(p []Point) float64 {
	if len(p) < 2 {
		return 0
	}
	return (p[len(p)-1].V - p[0].V) / (p[len(p)-1].T - p[0].T)
}
