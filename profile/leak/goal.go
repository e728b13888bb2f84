package leak

import (
	"math"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/profile/trend"
)

// newGoal returns the heap size at which the collector plans to start next, once
// for each collection: 1 + GOGC/100 times the live heap it just found, plus stacks
// and globals (runtime/mgcpacer.go). Unless a memory limit caps it, it follows the
// whole live heap, without sampling error and one collection ahead of the profiles.
// Readings that lack it, have it from an earlier one, or precede a restart are skipped.
func newGoal(readings []memory.Reading, origin time.Time) []trend.Point {
	var out []trend.Point
	for _, r := range pickCollections(readings) {
		out = append(out, trend.Point{T: r.Time.Sub(origin).Seconds(), V: float64(r.NextGC)})
	}
	return out
}

// pickCollections returns the first reading after each collection of the current process.
func pickCollections(readings []memory.Reading) (out []memory.Reading) {
	for _, r := range readings {
		if r.NextGC == 0 || !r.HasOwnCounters() || len(out) > 0 && r.NumGC == out[len(out)-1].NumGC {
			continue
		}
		if len(out) > 0 && r.NumGC < out[len(out)-1].NumGC {
			out = out[:0]
		}
		out = append(out, r)
	}
	return out
}

// confirmOngoing records until when the collector's goal, which is one collection ahead of the
// profiles, shows that the series with most of the heap's growth still grows.
func confirmOngoing(c *judgment) {
	n := len(c.goal)
	if n < 2 || c.in.GoMemory > 0 {
		return
	}
	before, now := c.goal[n-2], c.goal[n-1]
	for _, s := range c.heap {
		span, rise := s.span(), trend.NetRise(s.value)
		if now.T <= s.lastTime() || span == 0 || rise < s.minGrowth() || rise < params.goal.minShare*c.grownIn(Heap, span) {
			continue
		}
		due := rise / span * (now.T - before.T) / s.value[len(s.value)-1].V // as a share, if growth goes on at its rate
		if isYoung(s, span) && now.V/before.V-1 >= due/2 {
			s.goalUntil = now.T
		}
	}
}

// isYoung reports whether s was not watched for long enough to be called a leak. What the
// newest profile shows is old where collections are rare, unless the collector's goal
// confirms it.
func isYoung(s *series, watched float64) bool {
	need, lag := params.window.min.Seconds()*params.window.nearly, s.profileLag()
	if watched >= need+lag || s.goalUntil-s.value[0].T >= need {
		return false
	}
	return watched < need-lag || !isOverwhelming(s)
}

// isOverwhelming reports whether none of many collections found less than the one before,
// evenly, by many times what chance could do, almost up to now: then it does not take a
// whole window up to the newest collection, nor from the first poll on, which shows an
// earlier one.
func isOverwhelming(s *series) bool {
	p := params.overwhelming
	n := len(s.value)
	if !s.isHeap() || n < p.minProfiles || s.at[n-1].Raw-s.at[0].Raw < p.minSamples {
		return false
	}
	for i := 1; i < n; i++ {
		if s.value[i].V < s.value[i-1].V {
			return false
		}
	}
	shown := s.atEffectiveTimes(s.value)
	even := trend.MeasureEvenness(shown)
	return trend.Span(shown)+s.value[1].T-s.value[0].T >= p.minSpan && even.KSDistance <= p.distance && even.LastQuarter >= p.minLast
}

// profileLag returns the age in seconds, beyond the usual, of the heap that the newest
// profile shows: the heap as of the second-to-last collection.
func (s *series) profileLag() float64 {
	n := len(s.value)
	if !s.isHeap() || n < 4 {
		return 0
	}
	return max(0, (s.value[n-1].T-s.value[n-4].T)/3-params.polls.usualGap)
}

// askGoal examines a series that makes up most of the heap's growth in a window:
// the collector's goal shows more precisely than the sampler whether the heap grows
// evenly and up to now. It confirms a leak obscured by sampling error, and
// withdraws one that ended before any profile shows it.
func (c *judgment) askGoal(s *series, g growth) growth {
	if len(c.goal) < params.goal.minPoints || !s.isHeap() || g.shape == ShapeTooShort || g.isOver {
		return g
	}
	watched := s.lastTime() - s.value[0].T
	if watched < params.window.min.Seconds()*params.window.nearly {
		return g
	}
	if g.shape == ShapeSuspect {
		return c.endByGoal(s, g)
	}
	windows := windowsOf(watched)
	for i := len(windows) - 1; i >= 0; i-- {
		part, even, ok := c.dominantPart(s, windows[i], params.goal.maxFall)
		if !ok || even.LastQuarter < params.goal.evenLast || even.KSDistance > params.goal.even {
			continue
		}
		if found := part.evenBy(even, g); found.shape > g.shape {
			return found
		}
	}
	return g
}

// endByGoal withdraws growth that has ended although no profile shows it yet. What keeps all is
// known by few collections; where much is freed again, one may find less by chance, so that it
// takes the interval of the goal's slope.
func (c *judgment) endByGoal(s *series, g growth) growth {
	var even trend.Evenness
	var ends bool
	if g.kept < params.turnover.turnsBelow {
		even, ends = isGoalLevel(c, s, g)
	} else {
		even, ends = endsByGoal(c, s)
	}
	if !ends {
		even, ends = isGoalBehind(c, s, g)
	}
	if ends {
		g.shape, g.even = ShapeSlowing, even
	}
	return g
}

// endsByGoal reports whether the collector's goal shows that s has stopped growing, and
// how evenly it grew.
func endsByGoal(c *judgment, s *series) (even trend.Evenness, ends bool) {
	part, even, ok := c.dominantPart(s, params.window.min.Seconds(), params.goal.maxFall)
	ends = even.LastQuarter < params.goal.minLast || even.FrontLoading > params.goal.maxAhead
	if !ok { // not clear either way
		part, even, ok = c.dominantPart(s, params.window.min.Seconds(), params.goal.maxFallEnd)
		ends = even.LastQuarter < params.goal.endLast
	}
	return even, ok && ends && c.goalFollows(part)
}

// isGoalLevel reports whether the collector's goal shows that s no longer grows at its rate:
// in the last part of the watch, the goal has certainly risen by less than half of what the
// growth of s alone would add to it. Another part of the heap may have shrunk by as much in
// the same time, so the profiles of s must also show less than half of that growth, unless s
// makes up most of the growth of the heap. It also returns how evenly the goal grew.
func isGoalLevel(c *judgment, s *series, g growth) (even trend.Evenness, level bool) {
	n := len(c.goal)
	if n == 0 || c.in.GoMemory > 0 {
		return even, false
	}
	late := trend.Since(c.goal, c.goal[n-1].T-max(params.goal.level.Seconds(), trend.Span(c.goal)/3))
	live := float64(c.in.heapAt(s.at[len(s.at)-1].Time.AsTime()))
	if len(late) < params.goal.minPoints || live <= 0 {
		return even, false
	}
	isMost := trend.NetRise(s.value) >= params.goal.minShare*c.grownIn(Heap, s.span())
	if own := s.partSince(late[0].T); !isMost && (len(own.value) < 2 || trend.NetRise(own.value) >= g.rate.PerSecond*own.span()/2) {
		return even, false
	}
	due := g.rate.PerSecond * medianOf(late) / live
	if trend.FitLine(late, params.rate.confidence).High >= due/2 {
		return even, false
	}
	return trend.MeasureEvenness(c.goal), true
}

// isGoalBehind reports whether the collector's goal shows that growth has ended since the
// collection that the newest profile shows, where collections are too rare for [isGoalLevel]:
// the goal has risen by less than half of what the growth of s alone would add to it, and
// what is missing is more than the goal ever was off a straight line before. It also returns
// how evenly the goal grew. Growth that profiles have shown for long is not in doubt.
func isGoalBehind(c *judgment, s *series, g growth) (even trend.Evenness, behind bool) {
	last := s.at[len(s.at)-1]
	shown := last.EffectiveTime().Sub(s.since).Seconds()
	if c.in.GoMemory > 0 || shown-s.value[0].T > params.goal.doubted.Seconds() {
		return even, false
	}
	i := nearestTo(c.goal, shown)
	before, late := c.goal[:i+1], c.goal[i:]
	if len(before) < params.polls.min || len(late) < 2 {
		return even, false
	}
	live := float64(c.in.heapAt(last.Time.AsTime()))
	if live <= 0 {
		return even, false
	}
	risen := trend.NetRise(late)
	due := g.rate.PerSecond * trend.Span(late) * late[0].V / live
	off := trend.MeasureEvenness(before).KSDistance * trend.NetRise(before)
	return trend.MeasureEvenness(c.goal), risen < due/2 && due-risen > off
}

// dominantPart returns the last part of s, if it makes up most of the heap's growth
// in that time, and how evenly the goal grew in it. fall is the maximum share of
// its growth by which the goal may fall.
func (c *judgment) dominantPart(s *series, seconds, fall float64) (part *series, even trend.Evenness, ok bool) {
	part = s.partSince(s.lastTime() - seconds/params.window.nearly)
	if len(part.value) < params.polls.min {
		return nil, even, false
	}
	rise := trend.NetRise(part.value)
	if rise < s.minGrowth() || rise < params.goal.minShare*c.grownIn(Heap, seconds) {
		return nil, even, false
	}
	goal := trend.Since(c.goal, s.lastTime()-seconds/params.window.nearly)
	if len(goal) < params.goal.minPoints || trend.NetRise(goal) < params.goal.minRise*goal[0].V || trend.Drawdown(goal) > fall {
		return nil, even, false
	}
	return part, trend.MeasureEvenness(goal), true
}

// evenBy judges s, whose growth is even by the collector's goal, if the sampler
// does not contradict that beyond chance.
func (s *series) evenBy(even trend.Evenness, g growth) growth {
	switch g.shape {
	case ShapeNoise, ShapeSaw, ShapeWarmUp, ShapeBursts, ShapeSlowing, ShapeSteps, ShapeRising:
	default:
		return g
	}
	sure := s.judgeWhole()
	far := trend.MeasureEvenness(s.atEffectiveTimes(s.value)).KSDistance
	sure.shape, sure.even, sure.byGoal, sure.saw = ShapeSuspect, even, true, trend.Saw{}
	sure.floor = trend.Floor(trend.Median(s.value, 5))
	sure.rise, sure.zScore = trend.NetRise(sure.floor), s.zScore()
	switch {
	case sure.rise < s.minGrowth() || sure.zScore < params.floor.z || far*sure.rise > params.goal.chance*samplingError(s.at[0], s.at[len(s.at)-1]):
		return g
	case couldFollow(s, sure):
		g.shape = ShapeLoad
		return g
	}
	sure.rate = s.growthRate(sure)
	return sure
}

// goalFollows reports whether the goal grew with the heap during s, the last part
// of a series. A memory limit, or a program that adjusts GOGC to one, holds the
// goal back while the heap still grows.
func (c *judgment) goalFollows(s *series) bool {
	if c.in.GoMemory > 0 {
		return false
	}
	first, last := s.at[0], s.at[len(s.at)-1]
	live := float64(c.in.heapAt(last.Time.AsTime())) / max(1, float64(c.in.heapAt(first.Time.AsTime())))
	shown := s.atEffectiveTimes(s.value)
	return c.goalAt(shown[len(shown)-1].T) > params.goal.follows*live*c.goalAt(shown[0].T)
}

// totalRises says that the live heap as a whole rises, by the collector's goal: of a leak of
// 60 MiB/h, the sampler sees five objects in 150 s, the goal counts all of them.
func totalRises(c *judgment) string {
	s := totalSeries(c)
	if s == nil || isExplained(c, trend.NetRise(s.value)) {
		return ""
	}
	g := s.judgeStanding(c.in.Moments)
	if g.shape == ShapeSuspect {
		g.shape = ShapeRising
	}
	return describeUnsure(s, g, "the live heap, by the collector's goal,", quantity.BytesRough[float64])
}

// totalSeries returns the live heap over time, by the collector's goal; nil if that does not show
// it, because a memory limit or the minimum heap sets it, or if it rose too little to matter.
func totalSeries(c *judgment) *series {
	if c.in.GoMemory > 0 || len(c.in.Live) == 0 || len(c.goal) == 0 {
		return nil
	}
	var points []profile.GroupPoint
	share := liveShare(c)
	for _, r := range pickCollections(c.in.Memory) {
		if r.NextGC == minGoal {
			points = nil
			continue
		}
		live := float64(r.NextGC-min(r.NextGC, r.StackInuse)) * share // the goal counts stacks, too
		points = append(points, profile.GroupPoint{Time: profile.InstantOf(r.Time), Value: int64(live)})
	}
	if points = smoothPoints(points); len(points) < params.goal.minTotalPoints {
		return nil
	}
	s := newSeries(&profile.Group{Points: points}, c.origin)
	s.isOffHeap, s.minRise = true, max(params.goal.minTotal, params.goal.minTotalShare*s.value[len(s.value)-1].V)
	if trend.NetRise(s.value) < s.minRise {
		return nil
	}
	return s
}

// minGoal is the collector's minimum goal with GOGC=100 (runtime/mgcpacer.go): all it says about
// the live heap is that this is at most half of it.
const minGoal = 4 << 20

// liveShare returns the live heap as a share of the collector's goal: half with GOGC=100, unless
// the newest profile contradicts that.
func liveShare(c *judgment) float64 {
	share := c.in.Live[len(c.in.Live)-1].V / c.goal[len(c.goal)-1].V
	if share < params.goal.minHalf || share > params.goal.maxHalf {
		return min(share, 1)
	}
	return 0.5
}

// isExplained reports whether half of a rise of the heap is accounted for: by a function whose
// growth has ended, which says why the heap rose and no longer does, or by what the user ignores.
func isExplained(c *judgment, rise float64) bool {
	for _, v := range c.others {
		if v.s.isHeap() && v.g.shape.endsGrowth() && v.g.rise >= rise/2 {
			return true
		}
	}
	ignored := 0.0
	for i := range c.in.Heap {
		if g := &c.in.Heap[i]; c.in.ignoresGroup(g) && len(g.Points) > 0 {
			p := pointsOfWatch(g.Points)
			ignored += float64(p[len(p)-1].Value - p[0].Value)
		}
	}
	return ignored > 0 && ignored >= rise/2
}

// goalAt returns the goal of the collection nearest to a time, 0 if there is none.
func (c *judgment) goalAt(t float64) float64 {
	if len(c.goal) == 0 {
		return 0
	}
	return c.goal[nearestTo(c.goal, t)].V
}

// nearestTo returns the index of the point nearest to a time.
func nearestTo(points []trend.Point, t float64) (nearest int) {
	for i, p := range points {
		if math.Abs(p.T-t) < math.Abs(points[nearest].T-t) {
			nearest = i
		}
	}
	return nearest
}

// heapAt returns the total of the heap profile at a time.
func (in *Input) heapAt(t time.Time) (sum int64) {
	for i := range in.Heap {
		sum += groupAt(&in.Heap[i], t)
	}
	return sum
}

// secondsOf converts seconds to a duration.
func secondsOf(v float64) time.Duration { return time.Duration(v * float64(time.Second)) }

func groupAt(g *profile.Group, t time.Time) (v int64) {
	at := profile.InstantOf(t)
	for _, p := range slices.Backward(g.Points) { // mostly asked for the end
		if !p.Time.After(at) {
			return p.Value
		}
	}
	return 0
}
