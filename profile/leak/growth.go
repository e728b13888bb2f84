package leak

import (
	"math"
	"slices"

	"github.com/leaktop/leaktop/profile/onset"
	"github.com/leaktop/leaktop/profile/trend"
)

// growth describes a series over one window: that it grows as a leak does, or why
// not.
type growth struct {
	shape     Shape
	window    float64 // length of the window in seconds
	rise      float64 // of the floor, or of the troughs of a sawtooth
	zScore    float64
	events    float64 // number of independent events in the growth: sampled objects or goroutines
	kept      float64
	even      trend.Evenness
	saw       trend.Saw
	fill      trend.Fill
	stairs    trend.Staircase // if it grew in equal steps at regular times
	rate      trend.Slope
	floor     []trend.Point // the basis of the judgment: the retained floor, or the troughs of a sawtooth
	pauses    float64       // seconds since it last grew as a leak does: a suspect remains one for a while, see judgeStanding
	isOver    bool          // it is certain that growth has ended: no suspect stands
	isFull    bool          // it ended because as much is freed as is allocated, see isFull
	onlyYoung bool          // it grows as a leak does, but was not watched for long enough
	paused    bool          // it rose, but growth that was due did not come, with too little certainty to be an end
	byGoal    bool          // evenness is that of the collector's goal, see askGoal
}

// minGrowth returns the minimum growth of a series that matters.
func (s *series) minGrowth() float64 {
	switch {
	case s.minRise > 0:
		return s.minRise
	case s.isOffHeap:
		return params.material.offHeap
	case s.total:
		return minTotal
	case s.isHeap():
		return params.material.heap
	}
	return params.material.goroutines
}

// judgeWindows judges s over all windows and returns the result of the longest in
// which it grows as a leak does; if there is none, of the window that comes
// closest.
func (s *series) judgeWindows() growth {
	if len(s.value) < 2 {
		return growth{shape: ShapeTooShort}
	}
	watched := s.lastTime() - s.value[0].T
	if isYoung(s, watched) {
		return s.judgeYoung(watched)
	}
	best := growth{shape: ShapeTooShort}
	windows := windowsOf(watched)
	all := make([]growth, 0, len(windows))
	from := len(s.value) - 1
	last := s.value[from].V
	low := last // since from
	for _, w := range windows {
		part := s.partSince(s.lastTime() - w)
		start := len(s.value) - len(part.value)
		low, from = lowestValue(s.value[start:from], low), start
		if last-low < s.minGrowth() && w < watched {
			continue // nothing can have grown: the result for the whole watch applies
		}
		g := part.judgeWhole()
		if g.shape == ShapeSuspect && couldBeDaily(s, w) {
			g.shape = ShapeLoad
		}
		all = append(all, g)
		if g.shape > best.shape || g.shape == ShapeSuspect && g.window >= best.window {
			best = g
		}
	}
	if endsFull(s, &best) {
		return best
	}
	if best.shape != ShapeSuspect {
		return sinceBegan(s, best.orStopped(all))
	}
	if i := slices.IndexFunc(all, best.isOutweighed); i >= 0 {
		all[i].shape = ShapeSlowing
		return all[i]
	}
	best.rate = s.partSince(s.lastTime() - best.window).growthRate(best)
	for _, g := range all {
		best.improveRate(s, g)
	}
	return untilCertain(s, growthSinceOnset(s, best))
}

// lowestValue returns the lowest of low and the values of p.
func lowestValue(p []trend.Point, low float64) float64 {
	for i := range p {
		low = min(low, p[i].V)
	}
	return low
}

// untilCertain returns g, but no longer as a suspect's if a heap frees much of what it
// allocates and its rate is hardly known: what is full may seem to grow by chance.
func untilCertain(s *series, g growth) growth {
	isUnsure := g.kept < params.turnover.turnsBelow && g.rate.High > params.rate.maxRatio*max(0, g.rate.Low)
	if s.isHeap() && !s.isOffHeap && g.isYoung() && isUnsure && !isOverwhelming(s) {
		g.shape = ShapeRising
	}
	return g
}

// growthSinceOnset returns the growth of s since it began, if that is within the window of g:
// a rate over the whole window would count the time before. It returns g itself if the watch
// is too short to tell, or if growth came in steps.
func growthSinceOnset(s *series, g growth) growth {
	if s.lastTime()-s.value[0].T < onset.MinSpan.Seconds() {
		return g
	}
	o, ok := trend.FindOnset([][]trend.Point{s.value})
	if !ok || o.IsBefore || o.Rhythm.Steps > 0 || s.lastTime()-o.T >= params.window.nearly*g.window {
		return g
	}
	part := s.partSince(o.T)
	later := part.judgeWhole()
	if later.shape != ShapeSuspect {
		return g
	}
	later.rate = part.growthRate(later)
	return later
}

// orStopped returns, for growth that has paused, the window that shows that it has
// ended; g itself if there is none.
func (g growth) orStopped(all []growth) growth {
	i := slices.IndexFunc(all, func(other growth) bool { return other.shape == ShapeWarmUp })
	if !g.paused || i < 0 {
		return g
	}
	return all[i]
}

// windowsOf returns the windows to judge, in seconds: ever longer ones, and finally the whole
// watch.
func windowsOf(watched float64) []float64 {
	var out []float64
	// The first point of a window may be slightly inside it.
	for w := params.window.min.Seconds(); w*params.window.nearly < watched; w *= params.window.factor {
		out = append(out, min(w, watched))
		if len(out) >= params.window.fine {
			w *= params.window.factor
		}
	}
	return append(out, watched)
}

// isOutweighed reports whether another window of similar or greater length shows
// that growth slows down, while g has too few steps to contradict it. Beyond the
// third window that is history: a service may have started with a rush and leak
// since.
func (g *growth) isOutweighed(other growth) bool {
	if g.even.Steps == 0 || g.even.Steps >= params.slowing.steps {
		return false
	}
	long := params.window.factor * params.window.factor * params.window.min.Seconds() / params.window.nearly
	return other.window >= params.window.nearly*g.window && other.window <= long && isSlowing(other.even)
}

// judgeYoung judges what was not watched for long enough to be called a leak.
func (s *series) judgeYoung(watched float64) growth {
	if watched < params.polls.shortest {
		return growth{shape: ShapeTooShort}
	}
	g := s.judgeWhole()
	if g.shape == ShapeSuspect {
		g.shape, g.onlyYoung = ShapeRising, true
	}
	endsFull(s, &g)
	return g
}

// improveRate uses the rate over a longer window if it agrees with that over the
// window of the verdict: windows in which growth happened to be fast are the first
// to pass.
func (g *growth) improveRate(s *series, long growth) {
	if long.window <= g.window || long.shape < ShapeLoad {
		return
	}
	r := s.partSince(s.lastTime() - long.window).growthRate(long)
	if r.High-r.Low <= g.rate.High-g.rate.Low && r.Low <= g.rate.PerSecond && g.rate.PerSecond <= r.High {
		g.rate = r
	}
}

// judgeWhole judges all of s as one window.
func (s *series) judgeWhole() growth {
	g := growth{shape: ShapeTooShort}
	if len(s.value) < 4 {
		return g
	}
	g.window = s.span()
	g.kept = s.keptShare()
	value, extent := s.value, trend.MeasureExtent(s.value)
	if g.kept < params.floor.smoothBelow && extent.Drawdown() > params.polls.monotone && !fellDeep(s, extent) { // else it would only flatten the ends
		room := medianRooms.Get().(*[]trend.Point)
		defer medianRooms.Put(room)
		*room = trend.AppendMedian((*room)[:0], value, 5)
		value, extent = *room, trend.MeasureExtent(*room)
	}
	g.rise = value[len(value)-1].V - extent.Low // that of the floor
	g.events = s.countEvents()
	if extent.Drawdown() > params.floor.maxDrawdown {
		g.shape = s.sawReason(&g, value, extent)
	} else {
		g.shape = s.lineReason(&g, value)
		if g.shape == ShapeSuspect || !s.isHeap() { // else it is not looked at again
			g.floor = trend.Floor(value)
		}
	}
	g.shape = awaitStep(s, &g, value)
	if g.shape != ShapeSuspect {
		return g
	}
	switch {
	case s.widestGap() > params.floor.maxGap*g.window:
		g.shape = ShapeRising
	case couldFollow(s, g):
		g.shape = ShapeLoad
	case s.isTooThin(g):
		g.shape = ShapeRising
	case g.isYoung() && freesMore(s):
		g.shape = ShapeSlowing
	}
	return g
}

// lineReason judges growth without deep falls: it must be material, significant and
// even.
func (s *series) lineReason(g *growth, value []trend.Point) Shape {
	if g.rise < s.minGrowth() {
		return ShapeSteady
	}
	g.even, g.zScore = s.measureEvenness(value, g.rise), s.zScore()
	if g.couldBeChance(value) {
		return ShapeNoise
	}
	return g.shapeOverTime(value)
}

// couldBeChance reports whether growth is not significant.
func (g *growth) couldBeChance(value []trend.Point) bool {
	return g.zScore < params.floor.z || g.kept < params.floor.certainlyAll && trend.Drift(value, params.rate.confidence).T < params.floor.driftT
}

// shapeOverTime returns how significant growth is distributed over time.
func (g *growth) shapeOverTime(value []trend.Point) Shape {
	switch {
	case g.inFewSteps():
		return ShapeStep
	case g.hasStopped(value):
		return ShapeWarmUp
	case g.even.LastQuarter < params.floor.minLast || g.hasPaused(value):
		g.paused = true
		return ShapeRising
	case isSlowing(g.even) || g.window < params.window.young*params.window.min.Seconds() && g.even.FrontLoading > params.slowing.frontLoading && g.even.KSStatistic > params.slowing.ksStatisticYoung:
		return ShapeSlowing
	case g.even.KSDistance > params.floor.maxDistance && math.Sqrt(g.events)*g.even.KSDistance <= params.floor.ksBursts:
		return ShapeRising // so few events are uneven by chance
	case g.even.KSDistance > params.floor.maxDistance:
		return ShapeBursts
	}
	return ShapeSuspect
}

// measureEvenness returns how evenly s grows. An apparent slowdown is no more
// certain than the sampling: the sampling errors of steps between few collections
// are correlated.
func (s *series) measureEvenness(value []trend.Point, rise float64) trend.Evenness {
	e := trend.MeasureEvenness(s.atEffectiveTimes(value))
	if s.isOffHeap || !s.isHeap() {
		return e
	}
	if err := samplingError(s.at[0], s.at[len(s.at)-1]); err > 0 {
		e.KSStatistic = min(e.KSStatistic, e.FrontLoading*rise/err)
	}
	return e
}

// inFewSteps reports whether growth came in few steps. If there are only few
// observations, because collections are rare, each is one.
func (g *growth) inFewSteps() bool {
	if g.even.TimeSteps < params.floor.minSteps/params.floor.sparseSteps {
		return g.even.Steps < params.floor.sparseSteps*g.even.TimeSteps
	}
	return g.even.Steps < params.floor.minSteps
}

// hasStopped reports whether growth has ended: at the rate so far, the time since the
// floor last rose is too long to be chance, or hardly anything grew in the last quarter.
// What merely became slower has not stopped.
func (g *growth) hasStopped(value []trend.Point) bool {
	if math.Exp(-g.effectiveEvents(value)*quietTime(value)/g.window) < params.quiet.ended {
		return true
	}
	return g.even.LastQuarter < params.quiet.levelLast && trend.PoissonCDF(g.even.LastQuarter*g.events, g.events/4) < params.quiet.endedLast
}

// hasPaused reports whether growth has paused for so long that it is no longer sure
// to continue.
func (g *growth) hasPaused(value []trend.Point) bool {
	quiet := quietTime(value)
	if quiet < g.window*params.quiet.minShare {
		return false
	}
	return g.effectiveEvents(value)*quiet/g.window > params.quiet.maxDue
}

// effectiveEvents returns how many independent events are in the growth. Events in
// bursts count as fewer: as many as would produce the observed spread of the steps.
func (g *growth) effectiveEvents(value []trend.Point) float64 {
	if spread := 1/g.even.Steps - 1/float64(len(value)-1); spread > 0 {
		return min(g.events, 1/spread)
	}
	return g.events
}

// isSlowing reports whether growth is front-loaded by more than chance.
func isSlowing(e trend.Evenness) bool {
	return e.FrontLoading > params.slowing.frontLoading && e.KSStatistic > params.slowing.ksStatistic
}

// sawReason judges a sawtooth by its troughs.
func (s *series) sawReason(g *growth, value []trend.Point, extent trend.Extent) Shape {
	moved := extent.High - extent.Low
	if moved < s.minGrowth() {
		return ShapeSteady
	}
	g.saw = trend.FindTeeth(value, params.floor.maxDrawdown*moved)
	g.floor, g.rise = g.saw.Troughs, trend.NetRise(g.saw.Troughs)
	switch {
	case len(g.saw.Troughs) < params.saw.minTroughs && fellByChance(s):
		return ShapeNoise
	case len(g.saw.Troughs) < params.saw.minTroughs || g.rise < s.minGrowth():
		return ShapeSaw
	case g.saw.RisingShare() < params.saw.minRising:
		return ShapeSaw
	case s.troughZScore(g.saw) < params.floor.z:
		return ShapeNoise
	}
	return ShapeSuspect
}

// troughZScore returns the growth from the first trough to the last in standard
// errors.
func (s *series) troughZScore(saw trend.Saw) float64 {
	t := saw.Troughs
	return s.partBetween(t[0].T, t[len(t)-1].T).zScore()
}

// partBetween returns the part of s from t to u.
func (s *series) partBetween(t, u float64) *series {
	part := s.partSince(t)
	n := len(part.value)
	for n > 0 && part.value[n-1].T > u {
		n--
	}
	return part.slicePoints(0, n)
}
