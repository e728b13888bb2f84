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
	p = Hampel(subtractLine(p, chord))
	var fits []driftFit
	best := math.Inf(-1)
	add := func(f driftFit, prior float64) {
		f.likelihood = f.maximum + math.Log(prior)
		best = max(best, f.likelihood)
		fits = append(fits, f)
	}
	for _, share := range noiseShares {
		add(fitDrift(p, share), 1)
		for _, seconds := range fillingTimes {
			if f, ok := fitFilling(p, share, seconds); ok {
				add(f, 1.0/float64(len(fillingTimes)))
			}
		}
	}
	return averageFits(fits, best).slopeAbove(chord, len(p), confidence)
}

// fillingTimes is the grid: after so many seconds, all but a third has filled.
var fillingTimes = [...]float64{5, 10, 20, 40}

// fitFilling is like fitDrift with a filling. It returns false if the series bends the
// other way.
func fitFilling(p []Point, share, seconds float64) (driftFit, bool) {
	w := newWhitener(p, share)
	var tt, tv, vv, tx, xx, xv float64
	for i := range len(p) - 1 {
		dx := math.Exp((p[0].T-p[i].T)/seconds) - math.Exp((p[0].T-p[i+1].T)/seconds)
		w.next(p[i+1].T-p[i].T, p[i+1].V-p[i].V, dx)
		tt, tv, vv = tt+w.dt*w.dt/w.d, tv+w.dt*w.dv/w.d, vv+w.dv*w.dv/w.d
		tx, xx, xv = tx+w.dt*w.dx/w.d, xx+w.dx*w.dx/w.d, xv+w.dx*w.dv/w.d
	}
	det, n := tt*xx-tx*tx, float64(len(p)-1)
	slope, filled := (tv*xx-xv*tx)/det, (xv*tt-tv*tx)/det
	if det <= 1e-12*tt*xx || filled <= 0 {
		return driftFit{}, false
	}
	noise := max((vv-slope*tv-filled*xv)/n, minSlopeError*minSlopeError*tt)
	return driftFit{slope: slope, variance: noise * n / (n - 2) * xx / det, maximum: -(n*math.Log(noise) + w.logD) / 2}, true
}
