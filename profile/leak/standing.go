package leak

import (
	"math"
	"math/bits"

	"github.com/leaktop/leaktop/profile/trend"
)

// judgeStanding is like judgeInARow, but a suspect remains one until there is
// evidence that its growth has ended. Sampling makes the growth of few large
// objects pause, and evenness fluctuates around its limits: neither is an end. It
// examines earlier moments of the series itself, so that a moment of a recording is
// judged as it was live.
func (s *series) judgeStanding(known *Moments) growth {
	if known != nil && s.goalUntil == 0 { // the goal is none of the points
		s.earlier = earlierMoments{known, momentsOf(s)}
	}
	g := s.judgeMoment()
	s.earlier.remember(len(s.value), ofMoment, g)
	if g.shape == ShapeTooShort || g.isOver {
		return g
	}
	limit := params.polls.withdrawAfter.Seconds()
	if g.shape != ShapeSuspect && !s.hasEnded(g) {
		limit = params.polls.withdrawUnsure.Seconds()
	}
	for back := 1; back < len(s.value); back++ {
		n := len(s.value) - back
		at := s.value[n-1].T
		if s.lastTime()-at >= limit && back >= params.polls.withdrawPolls {
			break
		}
		before := s.earlier.recall(n, ofMoment, s.slicePoints(0, n).judgeMoment)
		if before.isOver || before.shape == ShapeSuspect {
			return s.standBy(g, before, n-1)
		}
	}
	return g
}

// standBy returns the growth of s, which is g at its end, if it was that of a suspect, or
// over, at the index from.
func (s *series) standBy(g, before growth, from int) growth {
	switch {
	case before.isOver && g.shape == ShapeSuspect:
		g.shape = ShapeRising // again, so it takes as long as the end of another
	case before.isOver || g.shape == ShapeSuspect:
	case s.gaveBack(from, before):
		g.isOver = true
	default:
		before.pauses = s.lastTime() - s.value[from].T
		return before
	}
	return g
}

// hasEnded reports whether the shape of a series is evidence that its growth has
// ended. A slowdown is, if hardly anything is freed again: otherwise chance and
// load make growth slower and faster.
func (s *series) hasEnded(g growth) bool {
	return g.shape.endsGrowth() || g.shape == ShapeSlowing && s.isHeap() && g.kept >= params.floor.certainlyAll
}

// quietTime returns the seconds since the floor of a series last rose.
func quietTime(value []trend.Point) float64 {
	f := trend.Floor(value)
	n := len(f) - 1
	i := n
	for i > 0 && f[i-1].V >= f[n].V {
		i--
	}
	return f[n].T - f[i].T
}

// judgeMoment is like judgeInARow, but applies the sequential test to goroutines before
// a window is over. It depends on nothing but the series, see [Moments].
func (s *series) judgeMoment() growth {
	g := s.judgeInARow()
	if s.onlyCome(g) {
		g.shape, g.rate = ShapeSuspect, s.growthRate(g)
	}
	return g
}

// Moments remembers which earlier moments of series showed growth as a leak's, from
// one judgment to the next: each poll adds one moment to a series, and judging all of
// the last minutes again would take most of the time of a judgment. It changes no
// result, because a moment is known by all that [series.judgeMoment] depends on: the
// points up to it and what they count. It is not safe for concurrent use.
type Moments struct {
	used, before map[moment]*growth // nil for growth that is not remembered
}

// moment identifies the points of a series up to one of them.
type moment uint64

// begin starts a judgment. Moments that the previous one did not ask for are forgotten.
func (m *Moments) begin() {
	if m != nil {
		m.before, m.used = m.used, make(map[moment]*growth, len(m.used))
	}
}

// isRemembered reports whether later judgments need the growth of a moment.
func (g *growth) isRemembered() bool { return g.shape == ShapeSuspect || g.isOver }

// recall returns the growth at a moment as judge returns it, or zero if that is neither a
// suspect's nor over.
func (m *Moments) recall(at moment, judge func() growth) growth {
	found, ok := m.used[at]
	if !ok {
		if found, ok = m.before[at]; !ok {
			if g := judge(); g.isRemembered() {
				found = &g
			}
		}
		m.used[at] = found
	}
	if found == nil {
		return growth{}
	}
	return *found
}

// remember keeps the growth at a moment for later judgments.
func (m *Moments) remember(at moment, g growth) {
	if !g.isRemembered() {
		m.used[at] = nil
		return
	}
	m.used[at] = &g
}

// earlierMoments are the moments of a series, by the number of points up to each, and
// what is known of them; zero if nothing is remembered.
type earlierMoments struct {
	known *Moments
	of    []moment
}

// What is remembered of a moment: the result of [series.judgeMoment] or of
// [series.judgeWindows].
const (
	ofMoment  moment = 0
	ofWindows moment = 0x9e3779b97f4a7c15
)

// remember keeps the growth up to n points.
func (e earlierMoments) remember(n int, what moment, g growth) {
	if e.known != nil {
		e.known.remember(e.of[n]^what, g)
	}
}

// recall returns the growth up to n points as judge returns it, which depends on nothing
// but these; zero if it is known not to be a suspect's.
func (e earlierMoments) recall(n int, what moment, judge func() growth) growth {
	if e.known == nil {
		return judge()
	}
	return e.known.recall(e.of[n]^what, judge)
}

// momentsOf returns the moments of a series, by the number of points up to each.
func momentsOf(s *series) []moment {
	h := uint64(1)
	mix := func(v uint64) { h = bits.RotateLeft64(h^v, 29) * 0x9e3779b97f4a7c15 }
	mix(uint64(len(s.group.Kind)))
	for _, flag := range []bool{s.isHeap(), s.isOffHeap, s.total, s.request, s.outgrowsLoad} {
		if flag {
			mix(1)
		} else {
			mix(0)
		}
	}
	mix(math.Float64bits(s.minRise))
	out := make([]moment, 1, len(s.value)+1)
	for i, p := range s.value {
		q := &s.at[i]
		mix(math.Float64bits(p.T))
		mix(math.Float64bits(p.V))
		if !q.AsOf.IsZero() {
			mix(uint64(q.AsOf.Sub(s.since)))
		}
		for _, v := range [...]int64{q.Objects, q.AllocSpace, q.AllocObjects, q.Largest} {
			mix(uint64(v))
		}
		mix(math.Float64bits(q.Raw))
		mix(math.Float64bits(q.RawAlloc))
		out = append(out, moment(h^h>>32))
	}
	return out
}
