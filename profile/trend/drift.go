package trend

import (
	"math"
	"slices"
)

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
	p = Hampel(subtractLine(thinPoints(p), chord)) // without the trend, so that a gap is not an outlier
	sums := newDriftSums(p)
	for i := range len(p) - 1 {
		for k := range sums {
			sums[k].add(p[i+1].T-p[i].T, p[i+1].V-p[i].V)
		}
	}
	fits := make([]driftFit, len(sums))
	best := math.Inf(-1)
	for k := range sums {
		fits[k] = sums[k].fitDrift()
		best = max(best, fits[k].likelihood)
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

// driftSums are the sums for generalized least squares of the differences of a series on its
// time steps, for a share of independent errors. The differences are made independent by
// factoring their covariance as L·D·Lᵀ along the way.
type driftSums struct {
	q, r   float64
	factor float64 // of the difference before: L
	weight float64 // of the last difference: the inverse of D
	dt, dv float64 // the last difference, made independent
	n      float64
	tt, tv float64 // weighted sums of their products
	vv     float64
	d      float64 // product of D, since the last logarithm
	logD   float64 // sum of the logarithms of D
}

// newDriftSums returns empty sums, one for each of the noise shares.
func newDriftSums(p []Point) (all [len(noiseShares)]driftSums) {
	mean := Span(p) / float64(len(p)-1)
	for k, share := range noiseShares {
		all[k] = driftSums{q: (1 - share) / mean, r: share / 2, d: 1}
	}
	return all
}

// add adds the next difference, of time and value.
func (s *driftSums) add(dt, dv float64) {
	s.factor = -s.r * s.weight // the first has none before it
	d := s.q*dt + 2*s.r + s.r*s.factor
	if d < 1e-12 {
		d = 1e-12
	}
	s.dt, s.dv = dt-s.factor*s.dt, dv-s.factor*s.dv
	s.addIndependent(s.dt, s.dv, d)
}

// addIndependent adds a difference with a variance that is independent of those before.
func (s *driftSums) addIndependent(dt, dv, d float64) {
	s.weight = 1 / d
	t, v := dt*s.weight, dv*s.weight
	s.tt, s.tv, s.vv = s.tt+dt*t, s.tv+dt*v, s.vv+dv*v
	s.n++
	if s.d *= d; s.d < 1e-100 || s.d > 1e100 { // one logarithm of the product of many
		s.logD, s.d = s.logD+math.Log(s.d), 1
	}
}

func (s *driftSums) fitDrift() driftFit {
	slope, logD := s.tv/s.tt, s.logD+math.Log(s.d)
	df, straight := s.n-1, minSlopeError*minSlopeError*s.tt // a straight line has no noise
	rest := s.vv - slope*s.tv
	noise := max(rest/df, straight)
	return driftFit{
		slope: slope, variance: noise / s.tt,
		likelihood: -(df*math.Log(noise) + logD + math.Log(s.tt)) / 2,
		maximum:    -(s.n*math.Log(max(rest/s.n, straight)) + logD) / 2,
	}
}

// maxPoints bounds the points of a series that are fitted, so that the time does not grow
// with the length of a watch.
const maxPoints = 300

// thinPoints returns at most maxPoints points of p at about even distances, the first and the
// last among them. Each is the mean of those around it on a third of the way to the next:
// independent errors average out, while the means of all points would hide a part of the
// walk from one to the next.
func thinPoints(p []Point) []Point {
	stride := (len(p) + maxPoints - 1) / maxPoints
	out := slices.Clone(pickPoints(p))
	for i := range out {
		at := indexPicked(i, len(out), len(p))
		around := p[max(0, at-stride/6):min(len(p), at+stride/6+1)]
		if len(around) == 1 {
			continue
		}
		out[i] = Point{}
		for _, q := range around {
			out[i].T += q.T / float64(len(around))
			out[i].V += q.V / float64(len(around))
		}
	}
	return out
}

// pickPoints returns p, or maxPoints of more points, the first and the last among them.
func pickPoints(p []Point) []Point {
	if len(p) <= maxPoints {
		return p
	}
	out := make([]Point, maxPoints)
	for i := range out {
		out[i] = p[indexPicked(i, maxPoints, len(p))]
	}
	return out
}

// indexPicked returns the index, among all points, of the point with an index among the
// picked ones.
func indexPicked(i, picked, all int) int {
	if picked == all {
		return i
	}
	return (all - 1) * i / (picked - 1)
}

func chordSlope(p []Point) float64 {
	if len(p) < 2 {
		return 0
	}
	return (p[len(p)-1].V - p[0].V) / (p[len(p)-1].T - p[0].T)
}
