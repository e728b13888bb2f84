package leak

import (
	"fmt"

	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/profile/trend"
)

// Growth in equal steps at regular times is a leak once there have been enough of
// them: a reload, a cron job, a controller event that retains something each time.

// periodic judges a series by its steps. It returns false if they are not regular,
// or a step that was due did not come.
func (s *series) periodic() (g growth, ok bool) {
	p := params.periodic
	stairs := trend.Stairs(s.value, p.minHeight)
	if len(stairs.Steps) < p.minSteps || stairs.Rest > p.maxRest || stairs.Regularity() > p.maxSpread {
		return g, false
	}
	low, high := stairs.Heights()
	if high > p.maxRatio*low || trend.Drawdown(s.value) > params.polls.monotone {
		return g, false
	}
	first, last := stairs.Steps[0].T, stairs.Steps[len(stairs.Steps)-1].T
	period := stairs.Period()
	if last-first < params.window.min.Seconds()*params.window.nearly || s.lastTime()-last > p.overdue*period+params.fill.slack {
		return g, false
	}
	part := s.partSince(first - period)
	g = growth{
		shape: ShapeSuspect, window: trend.Span(part.value), kept: part.keptShare(), events: part.countEvents(), stairs: stairs,
		floor: trend.Floor(part.value),
	}
	g.rise, g.zScore = trend.NetRise(g.floor), part.zScore()
	if g.rise < s.minGrowth() || g.zScore < params.floor.z || s.isHeap() && g.kept < params.floor.smoothBelow {
		return g, false
	}
	// The height of a step and the time between steps are each known up to their
	// spread.
	mean := g.rise / float64(len(stairs.Steps))
	spread := (high-low)/2/mean + stairs.Regularity()/2
	rate := mean / period
	g.rate = trend.Slope{PerSecond: rate, Low: rate * max(0, 1-spread), High: rate * (1 + spread)}
	return g, true
}

// describeStairs says how often a step comes, and how high it is.
func (f *finding) describeStairs() string {
	n := len(f.growth.stairs.Steps)
	if n == 0 {
		return ""
	}
	each := f.growth.rise / float64(n)
	what := quantity.BytesRough(each)
	if f.kind == Goroutine {
		what = quantity.Count(each) + " goroutines"
	}
	return fmt.Sprintf("%d steps of about %s, one every %s", n, what, quantity.Seconds(f.growth.stairs.Period()))
}
