package leak

import (
	"math"

	"github.com/leaktop/leaktop/profile/trend"
)

// A suspect stands while evidence of its growth is only missing, see judgeStanding. Two
// observations are evidence that it has ended, and withdraw it at once: it frees as much
// as it allocates, or it has given back much of what it retained.

// endsFull makes g the growth of what filled, if that now frees as much as it allocates,
// and reports whether it does.
func (s *series) endsFull(g *growth) bool {
	if g.shape <= ShapeNoise {
		return false
	}
	n := len(s.value)
	from := len(trend.Since(s.value, s.lastTime()-params.freeing.lookBack.Seconds()))
	if !s.slicePoints(n-max(from, min(n, params.freeing.lookPoints)), n).isFull() {
		return false
	}
	g.isOver = true
	if g.shape != ShapeSaw {
		g.shape, g.isFull = ShapeWarmUp, true
	}
	return true
}

// isFull reports whether a heap that retained what it allocated now frees as much as it
// allocates, as a full cache does. A cache frees nothing until it is full, a leak frees
// nothing ever: a few sampled objects that are freed are evidence, long before the pause
// in the growth is.
func (s *series) isFull() bool {
	n := len(s.value)
	if !s.isHeap() || s.isOffHeap || n < params.freeing.minProfiles {
		return false
	}
	for i := n - 2; i > 0; i-- {
		since := s.value[n-1].T - s.value[i].T
		if since > params.window.min.Seconds() && i < n-2 || since > trend.Span(s.value)/2 {
			return false
		}
		isLong := since >= params.freeing.minSpan && (i < n-2 || since >= params.polls.rareGap)
		if isLong && s.replacesSince(i) {
			return true
		}
	}
	return false
}

// replacesSince reports whether s frees about as much as it allocates since its point i,
// and freed hardly anything before.
func (s *series) replacesSince(i int) bool {
	p := params.freeing
	first, at, last := s.at[0], s.at[i], s.at[len(s.at)-1]
	before, late := at.RawAlloc-first.RawAlloc, last.RawAlloc-at.RawAlloc
	freedBefore, freed := before-(at.Raw-first.Raw), late-(last.Raw-at.Raw)
	if before < params.material.samples || freedBefore > p.maxBefore*before || freed < p.minFreed || freed < p.minLate*late {
		return false
	}
	share := (s.value[len(s.value)-1].T - s.value[i].T) / (s.value[i].T - s.value[0].T)
	if late-freed > (1-p.minLate)*(before-freedBefore)*share {
		return false // a table that doubles frees the old one, and retains as much more
	}
	if i < len(s.at)-2 && s.mostFreedSince(i) > p.maxAtOnce*freed {
		return false // in one burst, which a leak may have
	}
	expected := max(late, before*share) * (freedBefore + 1) / (before + 2)
	return 1-trend.PoissonCDF(math.Ceil(freed-0.5)-1, expected) < p.chance
}

// mostFreedSince returns the most sampled objects that were freed between two points in a
// row since the point i.
func (s *series) mostFreedSince(i int) (most float64) {
	for i++; i < len(s.at); i++ {
		a, b := s.at[i-1], s.at[i]
		most = max(most, (b.RawAlloc-a.RawAlloc)-(b.Raw-a.Raw))
	}
	return most
}

// gaveBack reports whether a series has fallen, since the observation at index from, by
// so much of its growth until then that it does not grow evenly, and by more than chance.
// The teeth of a saw are no such fall.
func (s *series) gaveBack(from int, before growth) bool {
	if s.isOffHeap || len(before.saw.Troughs) > 0 || before.byGoal {
		return false
	}
	top := from
	for i := from + 1; i < len(s.value); i++ {
		if s.value[i].V >= s.value[top].V {
			top = i
			continue
		}
		fall := s.value[top].V - s.value[i].V
		if fall >= params.floor.maxDrawdown*before.rise && fall >= s.minGrowth() && s.fallZScore(top, i) >= params.floor.z {
			return true
		}
	}
	return false
}

// fellDeep reports whether a heap has fallen by so much, and by so much more than chance,
// that smoothing would hide a saw.
func (s *series) fellDeep() bool {
	low, high := trend.Range(s.value)
	return s.isHeap() && s.gaveBack(0, growth{rise: high - low})
}

// fallZScore returns the fall between two observations in standard errors.
func (s *series) fallZScore(i, j int) float64 {
	a, b := s.at[i], s.at[j]
	if !s.isHeap() {
		return trend.ZScore(s.value[j].V, s.value[i].V, s.slicePoints(i, j+1).countTurnover())
	}
	allocs := b.RawAlloc - a.RawAlloc
	return trend.ZScore(b.Raw, a.Raw, 2*allocs+a.Raw-b.Raw)
}
