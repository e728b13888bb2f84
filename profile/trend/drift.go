package trend

import "math"

// Slope is how fast a series grows, in units a second.
type Slope struct {
	PerSecond float64
	// Low and High bound the interval that holds the true slope with the
	// confidence asked for.
	Low, High float64
	// T is the slope in standard errors: how surely it is not zero.
	T float64
}

// Drift returns the slope of a series that is the sum of a steady growth, a
// random walk (each request leaks or not: errors add up) and independent errors
// (what was in flight when the profile was taken):
//
//	v = m + e,  m' = m + slope·dt + w,  Var(e) = r,  Var(w) = q·dt
//
// the local level model with fixed drift of Harvey, Forecasting, Structural
// Time Series Models and the Kalman Filter (1989), ch. 2.3. The differences of
// the series then have a tridiagonal covariance, so that generalised least
// squares is one pass. With q = 0 it is ordinary least squares, with r = 0 the
// slope from the first to the last point. How much of each is not known: the
// answers of a grid are averaged by their restricted likelihood (REML), and
// what they differ by widens the interval (Hoeting et al., Bayesian Model
// Averaging, Statistical Science 14, 1999). Spikes are taken out before, by
// [Hampel]. confidence is 0.95 for 95%. O(n).
//
// Unlike the interval of Theil and Sen, which assumes independent errors and is
// several times too narrow for what adds up, this one is honest for both; a test
// compares them.
func Drift(p []Point, confidence float64) Slope {
	p = Clean(p)
	chord := chordSlope(p)
	if len(p) < 3 {
		return Slope{PerSecond: chord, Low: math.Inf(-1), High: math.Inf(1)}
	}
	p = Hampel(tilt(p, chord)) // without the trend, so that a gap is no outlier
	fits := make([]fit, len(noiseShares))
	best := math.Inf(-1)
	for i, share := range noiseShares {
		fits[i] = fitDrift(p, share)
		best = max(best, fits[i].likelihood)
	}
	slope, variance := average(fits, best)
	se := math.Sqrt(variance)
	half := studentQuantile((1+confidence)/2, float64(len(p)-2)) * se
	slope += chord
	s := Slope{PerSecond: slope, Low: slope - half, High: slope + half}
	if slope != 0 {
		s.T = slope / se
	}
	return s
}

// tilt subtracts the line through the first point with this slope.
func tilt(p []Point, slope float64) []Point {
	out := make([]Point, len(p))
	for i, q := range p {
		out[i] = Point{T: q.T, V: q.V - slope*(q.T-p[0].T)}
	}
	return out
}

// average weighs fits by their likelihood: the mean slope, and the mean variance
// with the variance between them.
func average(fits []fit, best float64) (slope, variance float64) {
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

type fit struct{ slope, variance, likelihood float64 }

// tiny is the error of a slope, in units a second, below which a line is straight.
const tiny = 1e-9

// fitDrift is generalised least squares of the differences on the time steps,
// with their covariance factored as L·D·Lᵀ on the way.
func fitDrift(p []Point, share float64) fit {
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
	noise := max((vv-slope*tv)/df, tiny*tiny*tt) // a straight line has none
	return fit{
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
