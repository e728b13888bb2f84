package trend

import "math"

// DriftOfTurnover is like [Drift], for what grows while other things come and go: these
// fill up at first, which is not growth. Besides the model of Drift there are others with
// a filling that slows down exponentially, by a grid of times, as probable together as
// that without. They are averaged by their likelihood (Hoeting et al., Bayesian Model
// Averaging, Statistical Science 14, 1999): where the series bends, the rate is that
// after the filling, and where that is not sure, the interval contains both.
func DriftOfTurnover(p []Point, confidence float64) Slope {
	p = Clean(p)
	chord := chordSlope(p)
	if len(p) < 6 {
		return Drift(p, confidence)
	}
	p = Hampel(subtractLine(thin(p), chord))
	sums := newDriftSums(p)
	var fillings [len(noiseShares)][len(fillingTimes)]fillingSums
	left := [len(fillingTimes)]float64{1, 1, 1, 1}
	for i := range len(p) - 1 {
		dt, dv := p[i+1].T-p[i].T, p[i+1].V-p[i].V
		var dx [len(fillingTimes)]float64
		for j, seconds := range fillingTimes {
			before := left[j]
			left[j] = math.Exp((p[0].T - p[i+1].T) / seconds)
			dx[j] = before - left[j]
		}
		for k := range sums {
			sums[k].add(dt, dv)
			for j := range dx {
				fillings[k][j].add(&sums[k], dx[j])
			}
		}
	}
	var fits []driftFit
	best := math.Inf(-1)
	add := func(f driftFit, prior float64) {
		f.likelihood = f.maximum + math.Log(prior)
		best = max(best, f.likelihood)
		fits = append(fits, f)
	}
	for k := range sums {
		add(sums[k].fitDrift(), 1)
		for j := range fillings[k] {
			if f, ok := fillings[k][j].fit(&sums[k]); ok {
				add(f, 1.0/float64(len(fillingTimes)))
			}
		}
	}
	return averageFits(fits, best).slopeAbove(chord, len(p), confidence)
}

// fillingTimes is the grid: after so many seconds, all but a third has filled.
var fillingTimes = [...]float64{5, 10, 20, 40}

// fillingSums are what the fit of a filling needs besides [driftSums].
type fillingSums struct {
	dx         float64 // what last filled, made independent
	tx, xx, xv float64 // weighted sums of its products
}

// add adds what filled from one point to the next, after their difference was added to s.
func (f *fillingSums) add(s *driftSums, dx float64) {
	f.dx = dx - s.factor*f.dx
	x := f.dx * s.weight
	f.tx, f.xx, f.xv = f.tx+s.dt*x, f.xx+f.dx*x, f.xv+s.dv*x
}

// fit is like fitDrift with a filling. It returns false if the series bends the other way.
func (f *fillingSums) fit(s *driftSums) (driftFit, bool) {
	det := s.tt*f.xx - f.tx*f.tx
	slope, filled := (s.tv*f.xx-f.xv*f.tx)/det, (f.xv*s.tt-s.tv*f.tx)/det
	if det <= 1e-12*s.tt*f.xx || filled <= 0 {
		return driftFit{}, false
	}
	noise := max((s.vv-slope*s.tv-filled*f.xv)/s.n, minSlopeError*minSlopeError*s.tt)
	return driftFit{slope: slope, variance: noise * s.n / (s.n - 2) * f.xx / det, maximum: -(s.n*math.Log(noise) + s.logD + math.Log(s.d)) / 2}, true
}
