package trend

import (
	"math"
	"slices"
)

// Turnover is what went again of a series while others came: the sum of the events since
// the first point, at any times, and how much of the series each of them was.
type Turnover struct {
	Gone []Point
	Size float64
}

// DriftOfTurnover is like [Drift], for what grows while other things come and go: these
// fill up at first, which is not growth. Until they have lived for as long as they do, fewer
// go than come: that shows in the times at which they go better than in the series itself,
// since nothing that stays is among them.
//
// Besides the model of Drift there are others in which what comes and goes has an
// exponential life, from a grid of means, and had filled by half or not at all at first, as
// probable together as that without. They are weighted by the likelihood of the times, as
// Poisson events whose variance is that observed (Wedderburn, Quasi-Likelihood Functions,
// Biometrika 61, 1974). How much fills follows from Little's law. The rates are averaged
// (Hoeting et al., Bayesian Model Averaging, Statistical Science 14, 1999): where filling
// is not sure, the interval contains both.
func DriftOfTurnover(p []Point, gone Turnover, confidence float64) Slope {
	p = Clean(p)
	chord := chordSlope(p)
	fillings := gone.fillings(p)
	if len(p) < 6 || len(fillings) == 0 {
		return Drift(p, confidence)
	}
	p = Hampel(subtractLine(thin(p), chord))
	sums, filled := sumFillings(p)
	var all []driftFit
	best := math.Inf(-1)
	for _, f := range fillings {
		fit := f.fit(&sums, &filled)
		best = max(best, fit.likelihood)
		all = append(all, fit)
	}
	return averageFits(all, best).slopeAbove(chord, len(p), confidence)
}

// meanLives is the grid of mean lives, in seconds.
var meanLives = [...]float64{5, 10, 20, 40, 80}

// filling is a model of what fills: in the end an amount, in a mean life.
type filling struct {
	life, amount float64 // amount is 0 if nothing fills
	likelihood   float64 // its logarithm, with that of the prior
}

// fillings returns the models, the one in which nothing fills first; none if too little is
// known.
func (g Turnover) fillings(p []Point) []filling {
	gone := pick(Clean(g.Gone))
	if len(p) == 0 || len(gone) < 4 || NetRise(gone) < minGone || g.Size <= 0 {
		return nil
	}
	flat, spread := g.newFilling(gone, 0, 0)
	all := []filling{flat}
	for _, life := range meanLives {
		for _, empty := range [...]float64{0.5, 1} {
			f, s := g.newFilling(gone, life, empty)
			if empty == 1 || f.amount <= max(0, p[0].V) { // as much was there at first
				all, spread = append(all, f), min(spread, s)
			}
		}
	}
	for i := range all {
		all[i].likelihood = (all[i].likelihood - flat.likelihood) / max(1, spread)
		if i > 0 {
			all[i].likelihood -= math.Log(float64(len(all) - 1))
		}
	}
	return all
}

// minGone is the number of events below which their times say nothing.
const minGone = 4

// newFilling returns the model of a mean life of which a share was empty at first, and the
// variance of the events relative to that of Poisson events.
func (g Turnover) newFilling(gone []Point, life, empty float64) (f filling, dispersion float64) {
	share, total := make([]float64, len(gone)-1), 0.0 // of what goes, between a point and the next
	left := 1.0
	for i := range share {
		share[i] = gone[i+1].T - gone[i].T
		if life > 0 {
			before := left
			left = math.Exp((gone[0].T - gone[i+1].T) / life)
			share[i] -= empty * life * (before - left)
		}
		total += share[i]
	}
	f.life = life
	all := NetRise(gone)
	for i, s := range share {
		n, want := gone[i+1].V-gone[i].V, all*s/total
		f.likelihood += max(0, n) * math.Log(want)
		dispersion += (n - want) * (n - want) / want / float64(len(share)-1)
	}
	f.amount = empty * life * all / total * g.Size
	return f, dispersion
}

// fillingSums are what the fit of a filling needs besides [driftSums].
type fillingSums struct {
	dx         float64 // what last filled, made independent
	tx, xx, xv float64 // weighted sums of its products
}

// sumFillings returns the sums of a series for each share of noise and each mean life. What
// fills in the end is 1.
func sumFillings(p []Point) (sums [len(noiseShares)]driftSums, filled [len(noiseShares)][len(meanLives)]fillingSums) {
	sums = newDriftSums(p)
	var left, dx [len(meanLives)]float64
	for j := range left {
		left[j] = 1
	}
	for i := range len(p) - 1 {
		for j, life := range meanLives {
			before := left[j]
			left[j] = math.Exp((p[0].T - p[i+1].T) / life)
			dx[j] = before - left[j]
		}
		for k := range sums {
			sums[k].add(p[i+1].T-p[i].T, p[i+1].V-p[i].V)
			for j := range dx {
				filled[k][j].add(&sums[k], dx[j])
			}
		}
	}
	return sums, filled
}

// add adds what filled from one point to the next, after their difference was added to s.
func (f *fillingSums) add(s *driftSums, dx float64) {
	f.dx = dx - s.factor*f.dx
	x := f.dx * s.weight
	f.tx, f.xx, f.xv = f.tx+s.dt*x, f.xx+f.dx*x, f.xv+s.dv*x
}

// fit returns the slope of a series from which the filling is subtracted.
func (f filling) fit(sums *[len(noiseShares)]driftSums, filled *[len(noiseShares)][len(meanLives)]fillingSums) driftFit {
	fits, best := make([]driftFit, len(sums)), math.Inf(-1)
	for k, s := range sums {
		if j := slices.Index(meanLives[:], f.life); j >= 0 {
			x := &filled[k][j]
			s.tv, s.vv = s.tv-f.amount*x.tx, s.vv-2*f.amount*x.xv+f.amount*f.amount*x.xx
		}
		fits[k] = s.fitDrift()
		fits[k].likelihood = fits[k].maximum
		best = max(best, fits[k].likelihood)
	}
	mean := averageFits(fits, best)
	sum := 0.0
	for _, f := range fits {
		sum += f.likelihood // relative to the best
	}
	mean.likelihood = f.likelihood + best + math.Log(sum)
	return mean
}
