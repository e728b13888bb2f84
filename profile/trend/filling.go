package trend

import (
	"math"
	"slices"
)

// Turnover describes the events that left a series while others came: their sum since the
// first point over time, the size of each in the series, and the number of events that came
// and stayed.
type Turnover struct {
	Gone []Point
	Size float64
	Kept float64
}

// DriftOfTurnover is like [Drift], for a series that grows while temporary objects come and
// go. At first the number of these rises to its level, which is not growth: until they have
// reached their lifetimes, fewer leave than come. The times at which they leave show that
// better than the series itself, because permanent objects are not among them.
//
// Besides the model of Drift there are models in which temporary objects have exponential
// lifetimes with means from a grid. All, half or none of them were there at first. Their
// number and its variation follow from Little's law: deviations last for a lifetime, and the
// permanent objects are a random walk. The models are weighted by the likelihood of the
// times, as Poisson events with the observed variance (Wedderburn, Quasi-Likelihood
// Functions, Biometrika 61, 1974), and by that of the series. The rates are averaged
// (Hoeting et al., Bayesian Model Averaging, Statistical Science 14, 1999): if filling is
// uncertain, the interval contains both.
func DriftOfTurnover(p []Point, gone Turnover, confidence float64) Slope {
	p = Clean(p)
	chord := chordSlope(p)
	fillings := gone.fillings(p)
	if len(p) < 6 || len(fillings) == 0 {
		return Drift(p, confidence)
	}
	p = Hampel(subtractLine(thinPoints(p), chord))
	sums, known := gone.sumLives(p), newDriftSums(p)
	for i := range len(p) - 1 {
		for k := range known {
			known[k].add(p[i+1].T-p[i].T, p[i+1].V-p[i].V)
		}
	}
	var all []driftFit
	best := math.Inf(-1)
	for _, f := range fillings {
		fit := f.fit(&sums, known[:])
		best = max(best, fit.likelihood)
		all = append(all, fit)
	}
	return averageFits(all, best).slopeAbove(chord, len(p), confidence)
}

// meanLives is the grid of mean lifetimes, in seconds.
var meanLives = [...]float64{5, 10, 20, 40, 80}

// filling is a model of temporary objects: the amount at their final level, and their mean
// lifetime.
type filling struct {
	life, amount float64 // life is 0 if nothing is known of it, amount if nothing fills
	likelihood   float64 // its logarithm, with that of the prior
}

// fillings returns the models, first the one without temporary objects; none if too little
// is known.
func (g Turnover) fillings(p []Point) []filling {
	gone := pickPoints(Clean(g.Gone))
	if len(p) == 0 || len(gone) < 4 || NetRise(gone) < minGone || g.Size <= 0 {
		return nil
	}
	flat, spread := g.newFilling(gone, 0, 0)
	all, fill := []filling{flat}, 0.0
	for _, life := range meanLives {
		for _, empty := range [...]float64{0, 0.5, 1} {
			f, dispersion := g.newFilling(gone, life, empty)
			if empty == 0.5 && f.amount > max(0, p[0].V) {
				continue // as much would have been there at first
			}
			all, spread = append(all, f), min(spread, dispersion)
			if empty > 0 {
				fill++
			}
		}
	}
	for i := range all {
		f := &all[i]
		prior := 0.5 / fill // one half that something fills
		switch {
		case f.life == 0:
			prior = 0.25
		case f.amount == 0:
			prior = 0.25 / float64(len(meanLives))
		}
		f.likelihood = f.likelihood/max(1, spread) + math.Log(prior)
	}
	return all
}

// minGone is the number of events below which their times say nothing.
const minGone = 4

// newFilling returns the model with a mean lifetime in which a share of the level was empty
// at first, and the variance of the events relative to that of Poisson events.
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
		share[i] = max(share[i], 1e-9)
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

// walkRatios is the grid of the variance of permanent objects relative to that of random
// events.
var walkRatios = [...]float64{0.5, 1.5, 5}

// fit returns the slope of a series from which the filling is subtracted; known are the sums
// for unknown lifetimes.
func (f filling) fit(sums *[len(meanLives)][len(walkRatios)]lifeSums, known []driftSums) driftFit {
	var fits []driftFit
	best := math.Inf(-1)
	add := func(s *driftSums) {
		fit := s.fitDrift()
		fit.likelihood = fit.maximum
		best = max(best, fit.likelihood)
		fits = append(fits, fit)
	}
	if j := slices.Index(meanLives[:], f.life); j >= 0 {
		for _, x := range sums[j] {
			s := x.driftSums
			s.tv, s.vv = s.tv-f.amount*x.tx, s.vv-2*f.amount*x.xv+f.amount*f.amount*x.xx
			add(&s)
		}
	} else {
		for k := range known {
			add(&known[k])
		}
	}
	mean := averageFits(fits, best)
	sum := 0.0
	for _, fit := range fits {
		sum += fit.likelihood / float64(len(fits)) // relative to the best
	}
	mean.likelihood = f.likelihood + best + math.Log(sum)
	return mean
}

// lifeSums are the sums for a mean lifetime and a filling of 1, computed by the Kalman
// filter (Harvey, ch. 3) for a random walk and for temporary objects, whose deviations last
// for their lifetime.
type lifeSums struct {
	driftSums
	tx, xx, xv          float64 // weighted sums of the products of what fills
	walk                float64 // variance per second
	level, both, others float64 // covariances of the walk and of what comes and goes
	t, v, x             columnState
}

// columnState is the filter's expectation for one column.
type columnState struct{ level, others float64 }

// innovate returns the difference of a column from its expectation.
func (c *columnState) innovate(value, stays float64) float64 {
	c.others *= stays
	return value - c.level - c.others
}

func (c *columnState) correct(by, level, others float64) {
	c.level, c.others = c.level+level*by, c.others+others*by
}

// sumLives returns the sums for each mean lifetime and each ratio of the walk. The first
// level is unknown.
func (g Turnover) sumLives(p []Point) (all [len(meanLives)][len(walkRatios)]lifeSums) {
	gone := Clean(g.Gone)
	events, span := NetRise(gone), Span(gone)
	walk := g.Size * g.Size * max(1, g.Kept) / Span(p)
	for j, life := range meanLives {
		// By Little's law, if it was half empty at first.
		variance := g.Size * g.Size * life * events / (span + life*math.Expm1(-span/life)/2)
		for k, ratio := range walkRatios {
			all[j][k] = lifeSums{
				driftSums: driftSums{d: 1}, walk: ratio * walk, level: variance, both: -variance, others: variance,
				t: columnState{level: p[0].T}, v: columnState{level: p[0].V},
			}
		}
		left := 1.0
		for i, q := range p[1:] {
			dt := q.T - p[i].T
			stays := math.Exp(-dt / life)
			left *= stays
			for k := range all[j] {
				all[j][k].next(q, dt, 1-left, stays, variance)
			}
		}
	}
	return all
}

// next adds the next point, dt after the last. filled is the share of the level reached
// since the first point, stays the share of the objects at the last point that are still
// there.
func (s *lifeSums) next(q Point, dt, filled, stays, variance float64) {
	s.level, s.both, s.others = s.level+s.walk*dt, stays*s.both, stays*stays*s.others+variance*(1-stays*stays)
	level, others := s.level+s.both, s.both+s.others
	d := level + others
	if d < 1e-12*variance {
		d = 1e-12 * variance
	}
	t, v, x := s.t.innovate(q.T, stays), s.v.innovate(q.V, stays), s.x.innovate(filled, stays)
	s.addIndependent(t, v, d)
	s.tx, s.xx, s.xv = s.tx+t*x*s.weight, s.xx+x*x*s.weight, s.xv+x*v*s.weight
	a, b := level*s.weight, others*s.weight
	s.t.correct(t, a, b)
	s.v.correct(v, a, b)
	s.x.correct(x, a, b)
	s.level, s.both, s.others = s.level-a*level, s.both-a*others, s.others-b*others
}
