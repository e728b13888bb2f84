package leak

import (
	"math"
	"math/bits"
	"sort"

	"github.com/leaktop/leaktop/profile/leak/moment"
	"github.com/leaktop/leaktop/profile/trend"
)

// judgeStanding is like judgeInARow, but a suspect remains one until there is
// evidence that its growth has ended. Sampling makes the growth of few large
// objects pause, and evenness fluctuates around its limits: neither is an end. It
// examines earlier moments of the series itself, so that a moment of a recording is
// judged as it was live.
func (s *series) judgeStanding(known *Moments) growth {
	if known == nil || s.goalUntil != 0 { // the goal is none of the points
		return judgeStandingAnew(s)
	}
	s.earlier = earlierMoments{known, identifyMoments(s)}
	g := s.earlier.recallStanding(s, func() growth { return judgeStandingAnew(s) })
	s.earlier.Release()
	s.earlier = earlierMoments{}
	return g
}

func judgeStandingAnew(s *series) growth {
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
			return standBy(s, g, before, n-1)
		}
	}
	return g
}

// standBy returns the growth of s, which is g at its end, if at the index from it was a
// suspect's, or over.
func standBy(s *series, g, before growth, from int) growth {
	switch {
	case before.isOver && g.shape == ShapeSuspect:
		g.shape = ShapeRising // it was a suspect again, so its end takes as long as any other
	case before.isOver || g.shape == ShapeSuspect:
	case gaveBack(s, from, before):
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

// A suspect stands while evidence of its growth is merely missing, see judgeStanding.
// Two observations are evidence that its growth has ended, and withdraw it at once: it
// frees as much as it allocates, or it has given back much of what it retained.

// endsFull makes g the growth of something that has filled, if s now frees as much as it
// allocates, and reports whether it does.
func endsFull(s *series, g *growth) bool {
	if g.shape <= ShapeNoise {
		return false
	}
	n := len(s.value)
	from := len(trend.Since(s.value, s.lastTime()-params.freeing.lookBack.Seconds()))
	if !isFull(s.slicePoints(n-max(from, min(n, params.freeing.lookPoints)), n)) {
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
func isFull(s *series) bool {
	n := len(s.value)
	if !s.isHeap() || s.isOffHeap || n < params.freeing.minProfiles {
		return false
	}
	half := s.span() / 2
	for i := n - 2; i > 0; i-- {
		since := s.value[n-1].T - s.value[i].T
		if since > params.window.min.Seconds() && i < n-2 || since > half {
			return false
		}
		isLong := since >= params.freeing.minSpan && (i < n-2 || since >= params.polls.rareGap)
		if isLong && replacesSince(s, i) {
			return true
		}
	}
	return false
}

// replacesSince reports whether s frees about as much as it allocates since its point i,
// and freed hardly anything before.
func replacesSince(s *series, i int) bool {
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
	if i < len(s.at)-2 && mostFreedSince(s, i) > p.maxAtOnce*freed {
		return false // in one burst, which a leak may have
	}
	expected := max(late, before*share) * (freedBefore + 1) / (before + 2)
	return 1-trend.PoissonCDF(math.Ceil(freed-0.5)-1, expected) < p.chance
}

// freesMore reports whether a heap that freed a part of what it allocated frees more in
// the last half of the time or a part of it, so that less than half of the growth that
// was due came: its contents may begin to expire.
func freesMore(s *series) bool {
	if !s.isHeap() || s.isOffHeap {
		return false
	}
	span := s.span()
	for _, from := range []float64{0.5, 0.6, 0.67, 0.75} {
		i := sort.Search(len(s.value)-1, func(i int) bool { return s.value[i].T-s.value[0].T >= from*span })
		first, at, last := s.at[0], s.at[i], s.at[len(s.at)-1]
		before, late := at.RawAlloc-first.RawAlloc, last.RawAlloc-at.RawAlloc
		net, due := last.Raw-at.Raw, (at.Raw-first.Raw)*(1/from-1)
		share := 1 - (at.Raw-first.Raw)/before
		spread := late * share * (1 - share) * (1 + late/before)
		if before >= params.material.samples && share > 0 && share < 1 && net < due/2 && late-net-late*share > params.freeing.moreZ*math.Sqrt(spread) {
			return true
		}
	}
	return false
}

// mostFreedSince returns the most sampled objects that were freed between two points in a
// row since the point i.
func mostFreedSince(s *series, i int) (most float64) {
	for i++; i < len(s.at); i++ {
		a, b := s.at[i-1], s.at[i]
		most = max(most, (b.RawAlloc-a.RawAlloc)-(b.Raw-a.Raw))
	}
	return most
}

// gaveBack reports whether a series has fallen, since the observation at index from, by
// so much of its growth until then that it does not grow evenly, and by more than chance.
// The teeth of a sawtooth are no such fall.
func gaveBack(s *series, from int, before growth) bool {
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
		if fall >= params.floor.maxDrawdown*before.rise && fall >= s.minGrowth() && fallZScore(s, top, i) >= params.floor.z {
			return true
		}
	}
	return false
}

// fellDeep reports whether a heap has fallen by so much, and by so much more than chance,
// that smoothing would hide a sawtooth.
func fellDeep(s *series, extent trend.Extent) bool {
	return s.isHeap() && gaveBack(s, 0, growth{rise: extent.High - extent.Low})
}

// fallZScore returns the fall between two observations in standard errors.
func fallZScore(s *series, i, j int) float64 {
	a, b := s.at[i], s.at[j]
	if !s.isHeap() {
		return trend.ZScore(s.value[j].V, s.value[i].V, s.slicePoints(i, j+1).countTurnover())
	}
	allocs := b.RawAlloc - a.RawAlloc
	return trend.ZScore(b.Raw, a.Raw, 2*allocs+a.Raw-b.Raw)
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
// the last minutes again would take most of the time of a judgment. A series without a
// new point is not judged again at all. It changes no result, because a moment is known
// by all that [series.judgeMoment] depends on: the points up to it and what they count.
// Only those that a history drops later do not count: a moment remains what it was when
// it was judged. It is not safe for concurrent use.
type Moments struct {
	used, before map[moment.ID]*growth // nil for growth that is not remembered
	// standing and stood are the results of [series.judgeStanding] of whole series, in this
	// judgment and in the previous one.
	standing, stood map[moment.ID]growth
}

// begin starts a judgment. Moments that the previous one did not ask for are forgotten.
func (m *Moments) begin() {
	if m != nil {
		m.before, m.used = m.used, make(map[moment.ID]*growth, len(m.used))
		m.stood, m.standing = m.standing, make(map[moment.ID]growth, len(m.standing))
	}
}

// isRemembered reports whether later judgments need the growth of a moment.
func (g *growth) isRemembered() bool { return g.shape == ShapeSuspect || g.isOver || g.onlyYoung }

// recall returns the growth at a moment as judge returns it, or zero if that is neither a
// suspect's nor over.
func (m *Moments) recall(at moment.ID, judge func() growth) growth {
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
func (m *Moments) remember(at moment.ID, g growth) {
	if !g.isRemembered() {
		m.used[at] = nil
		return
	}
	m.used[at] = &g
}

// keep remembers a moment for another judgment, if it is known.
func (m *Moments) keep(at moment.ID) {
	if found, ok := m.before[at]; ok {
		m.used[at] = found
	}
}

// earlierMoments are the moments of a series and what is known of them; zero if nothing is
// remembered.
type earlierMoments struct {
	known *Moments
	moment.Identity
}

// What is remembered of a moment: the result of [series.judgeMoment], of
// [series.judgeWindows] or of [series.judgeStanding].
const (
	ofMoment   moment.ID = 0
	ofWindows  moment.ID = 0x9e3779b97f4a7c15
	ofStanding moment.ID = 0xd1b54a32d192ed03
)

// remember keeps the growth up to n points.
func (e earlierMoments) remember(n int, what moment.ID, g growth) {
	if e.known != nil {
		e.known.remember(e.Identify(n)^what, g)
	}
}

// recall returns the growth up to n points as judge returns it, which depends on nothing
// but these; zero if it is known not to be a suspect's.
func (e earlierMoments) recall(n int, what moment.ID, judge func() growth) growth {
	if e.known == nil {
		return judge()
	}
	return e.known.recall(e.Identify(n)^what, judge)
}

// recallStanding returns the growth of a whole series as judge returns it.
func (e earlierMoments) recallStanding(s *series, judge func() growth) growth {
	at := e.Identify(len(s.value)) ^ ofStanding
	g, ok := e.known.stood[at]
	if !ok {
		g = judge()
	} else {
		e.keepRecent(s)
	}
	e.known.standing[at] = g
	return g
}

// keepRecent keeps what is known of the moments that the next point will need.
func (e earlierMoments) keepRecent(s *series) {
	n := len(s.value)
	for i := n; i > 0 && (n-i <= params.polls.withdrawPolls || s.lastTime()-s.value[i-1].T <= params.polls.withdrawUnsure.Seconds()); i-- {
		at := e.Identify(i)
		e.known.keep(at ^ ofMoment)
		e.known.keep(at ^ ofWindows)
	}
}

// identifyMoments returns the identity of the moments of a series, which is to be released.
func identifyMoments(s *series) moment.Identity {
	return moment.Identify(identifySeries(s), s.at, params.polls.remembered)
}

// identifySeries returns what all moments of a series have in common, other than points.
func identifySeries(s *series) moment.ID {
	h := uint64(1)
	mix := func(v uint64) { h = bits.RotateLeft64(h^v, 29) * 0x9e3779b97f4a7c15 }
	mix(uint64(len(s.group.Kind)))
	if b := s.group.Blame; b != nil {
		mix(uint64(b.ID))
	}
	if st := topStack(s.group); st != nil && !s.isHeap() { // the stacks of a function change places
		mix(uint64(st.ID))
	}
	for _, flag := range []bool{s.isHeap(), s.isOffHeap, s.total, s.joint, s.request, s.outgrowsLoad} {
		if flag {
			mix(1)
		} else {
			mix(0)
		}
	}
	mix(math.Float64bits(s.minRise))
	return moment.ID(h)
}
