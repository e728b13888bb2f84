package leak

import (
	"math"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/profile/trend"
)

// newGoal is the heap size at which the collector means to start next, once for
// each collection: 1 + GOGC/100 times what it has just found alive, with stacks
// and globals (runtime/mgcpacer.go). As long as no memory limit caps it, it
// follows the whole live heap, without the error of the sampler and a collection
// ahead of the profiles. Of what is missing or older than a restart there is
// none.
func newGoal(readings []memory.Reading, origin time.Time) []trend.Point {
	var out []trend.Point
	last := uint64(0)
	for _, r := range readings {
		n := uint64(r.NumGC)
		if r.NextGC == 0 || len(out) > 0 && n == last {
			continue
		}
		if n < last {
			out = out[:0]
		}
		out, last = append(out, trend.Point{T: r.Time.Sub(origin).Seconds(), V: float64(r.NextGC)}), n
	}
	return out
}

// askGoal looks at a series that is most of what the heap grew by in a window:
// the collector's goal knows better than the sampler whether the heap grows evenly
// and until now. It finds the leak that chance hides, and takes back the one whose
// end no profile shows yet.
func (c *judgment) askGoal(s *series, g growth) growth {
	if len(c.goal) < params.goal.minPoints || !s.isHeap() || g.shape == ShapeTooShort {
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

// endByGoal takes growth back that has ended, where no profile shows it yet.
func (c *judgment) endByGoal(s *series, g growth) growth {
	part, even, ok := c.dominantPart(s, params.window.min.Seconds(), params.goal.maxFall)
	ends := even.LastQuarter < params.goal.minLast || even.FrontLoading > params.goal.maxAhead
	if !ok { // what holds wavers
		part, even, ok = c.dominantPart(s, params.window.min.Seconds(), params.goal.maxFallEnd)
		ends = even.LastQuarter < params.goal.endLast
	}
	if ok && ends && c.goalFollows(part) {
		g.shape, g.even = ShapeSlowing, even
	}
	return g
}

// dominantPart is the last part of s, if it is most of what the heap grew by in that
// time, and how evenly the goal grew in it, which falls by a share of that at most.
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

// evenBy judges s, whose growth is even by the collector's goal, where it is so by
// the sampler but for chance.
func (s *series) evenBy(even trend.Evenness, g growth) growth {
	switch g.shape {
	case ShapeNoise, ShapeSaw, ShapeWarmUp, ShapeBursts, ShapeSlowing, ShapeRising:
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
	case s.couldFollow(sure):
		g.shape = ShapeLoad
		return g
	}
	sure.rate = s.growthRate(sure)
	return sure
}

// goalFollows reports whether the goal grew as the heap did that s, the last part of a
// series, is of: a memory limit, or somebody who sets GOGC by it, holds the goal
// back while the heap still grows.
func (c *judgment) goalFollows(s *series) bool {
	if c.in.GoMemory > 0 {
		return false
	}
	first, last := s.at[0], s.at[len(s.at)-1]
	live := float64(c.in.heapAt(last.Time)) / max(1, float64(c.in.heapAt(first.Time)))
	shown := s.atEffectiveTimes(s.value)
	return c.goalAt(shown[len(shown)-1].T) > params.goal.follows*live*c.goalAt(shown[0].T)
}

// goalAt is the goal of the collection next to a time.
func (c *judgment) goalAt(t float64) (v float64) {
	near := math.Inf(1)
	for _, p := range c.goal {
		if d := math.Abs(p.T - t); d < near {
			near, v = d, p.V
		}
	}
	return v
}

// heapAt is the sum of the heap profile of a time.
func (in *Input) heapAt(t time.Time) (sum int64) {
	for i := range in.Heap {
		sum += groupAt(&in.Heap[i], t)
	}
	return sum
}

// secondsOf is a duration of some seconds.
func secondsOf(v float64) time.Duration { return time.Duration(v * float64(time.Second)) }

func groupAt(g *profile.Group, t time.Time) (v int64) {
	for _, p := range g.Points {
		if p.Time.After(t) {
			break
		}
		v = p.Value
	}
	return v
}
