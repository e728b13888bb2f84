package trend

import (
	"math"
	"slices"
)

// Turnover is what went again of a series while others came: the sum of the events since
// the first point, at any times, how much of the series each of them was, and how many
// events came and stayed.
type Turnover struct {
	Gone []Point
	Size float64
	Kept float64
}

// DriftOfTurnover is like [Drift], for what grows while other things come and go: these
// fill up at first, which is not growth. Until they have lived for as long as they do, fewer
// go than come: that shows in the times at which they go better than in the series itself,
// since nothing that stays is among them.
//
// Besides the model of Drift there are others in which what comes and goes has an
// exponential life, from a grid of means. It was there at first, or filled by half or
// wholly since then. How much there is of it, and how much it varies, follows from Little's
// law: its deviations last for a life, and what stays is a walk. The models are weighted by
// the likelihood of the times, as Poisson events whose variance is that observed
// (Wedderburn, Quasi-Likelihood Functions, Biometrika 61, 1974), and that of the series.
// The rates are averaged (Hoeting et al., Bayesian Model Averaging, Statistical Science 14,
// 1999): where filling is not sure, the interval contains both.
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

// meanLives is the grid of mean lives, in seconds.
var meanLives = [...]float64{5, 10, 20, 40, 80}

// filling is a model of what fills: in the end an amount, in a mean life.
type filling struct {
	life, amount float64 // life is 0 if nothing is known of it, amount if nothing fills
	likelihood   float64 // its logarithm, with that of the prior
}

// fillings returns the models, the one in which nothing fills first; none if too little is
// known.
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

// walkRatios is the grid of the variance of what stays relative to events at random.
var walkRatios = [...]float64{0.5, 1.5, 5}

// fit returns the slope of a series from which the filling is subtracted; known are the sums
// where nothing is known of the lives.
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

// lifeSums are the sums for a mean life, with those of a filling of 1, by the Kalman filter
// (Harvey, ch. 3) for a walk and for what comes and goes, whose deviations last for its
// life.
type lifeSums struct {
	driftSums
	tx, xx, xv          float64 // weighted sums of the products of what fills
	walk                float64 // variance per second
	level, both, others float64 // covariances of the walk and of what comes and goes
	t, v, x             columnState
}

// columnState is what the filter expects of one column.
type columnState struct{ level, others float64 }

// innovate returns by how much a column differs from what was expected.
func (c *columnState) innovate(value, stays float64) float64 {
	c.others *= stays
	return value - c.level - c.others
}

func (c *columnState) correct(by, level, others float64) {
	c.level, c.others = c.level+level*by, c.others+others*by
}

// sumLives returns the sums for each mean life, and for each ratio of the walk. Nothing is
// known of the first level.
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

// next adds the next point: after some time, of what has filled a share, and of what was
// there another is still there.
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
