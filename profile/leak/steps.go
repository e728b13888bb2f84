package leak

import (
	"fmt"
	"math"
	"slices"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/profile/trend"
)

// An object that doubles whenever it is full, such as a slice or the tables of a map, grows in
// ever rarer steps: between two of them, nothing grows for as long as it took to fill so far.

// awaitStep returns [ShapeSteps] for a heap that looks innocent, but grew in steps of
// which the next one is not overdue yet; else the shape.
func awaitStep(s *series, g *growth, value []trend.Point) Shape {
	switch g.shape {
	case ShapeNoise, ShapeStep, ShapeWarmUp, ShapeBursts, ShapeSlowing:
		if _, ok := nextStep(s, g, value); ok {
			return ShapeSteps
		}
	}
	return g.shape
}

// isTooThin reports whether the sampler sees so little of the growth of a heap that it may look
// even by chance, for as long as it was watched.
func (s *series) isTooThin(g growth) bool {
	thin := params.window.thin
	if s.joint {
		thin = params.window.thinJoint
	}
	return g.window < thin.min.Seconds()*params.window.nearly && s.isSampledThinly(thin.samples)
}

// isSampledThinly reports whether the sampler sees fewer than few objects of a heap that stayed,
// so that chance alone produces steps and pauses.
func (s *series) isSampledThinly(few float64) bool {
	if !s.isHeap() || s.isOffHeap {
		return false
	}
	d, ok := sampledBetween(s.at[0], s.at[len(s.at)-1])
	return ok && d.unseen > params.steps.unsampled && d.net < few
}

// nextStep returns the time, in the seconds of the series, after which the next step of a
// heap is overdue. ok is false if that has passed, or if it did not grow in steps: each
// step may take as long as all growth before it. What was loaded at once is not a step of
// something that doubles, and is over sooner.
func nextStep(s *series, g *growth, value []trend.Point) (due float64, ok bool) {
	p := params.steps
	if s.isOffHeap || !s.isHeap() || g.rise < s.minGrowth() || s.zScore() < p.z {
		return 0, false
	}
	if trend.Drawdown(s.value) > params.floor.maxDrawdown && !fellByChance(s) {
		return 0, false // a sawtooth
	}
	f := trend.Floor(value)
	first, now := f[0].T, f[len(f)-1].T
	risen := trend.TimeOfRise(f, p.risen)
	before := f[:slices.IndexFunc(f, func(q trend.Point) bool { return q.T >= risen })+1]
	if trend.LongestLull(before, 1-p.risen) < p.lull*(risen-first) {
		return 0, false // it grew evenly
	}
	due = risen + params.fill.overdue*(risen-first) + params.fill.slack
	if begun := trend.TimeOfRise(f, 1-p.risen); risen-begun <= p.atOnce*g.window && f[0].V+s.minGrowth() < g.rise/2 {
		due = risen + p.afterLoad*g.window
	}
	return due, now < due
}

// heldShortly says that something grew materially, and has held for less than half as long
// as it grew; empty if there is no such growth.
func heldShortly(c *judgment) string {
	var most *bystander
	var grew, held float64
	for _, v := range c.others {
		if v.g.shape != ShapeWarmUp || most != nil && v.g.rise <= most.g.rise {
			continue
		}
		f := trend.Floor(v.s.value)
		risen := trend.TimeOfRise(f, params.steps.risen)
		if took, since := risen-f[0].T, f[len(f)-1].T-risen; since < params.steps.heldFor*took {
			most, grew, held = &v, took, since
		}
	}
	if most == nil || most.s.group.Blame == nil {
		return ""
	}
	if held < params.polls.shortest {
		return fmt.Sprintf("%s grew for %s, more slowly at the end: it is too early to tell whether it has stopped", profile.ShortName(most.s.group.Blame.Name), quantity.Seconds(grew))
	}
	return fmt.Sprintf("%s grew for %s, and has held for only %s", profile.ShortName(most.s.group.Blame.Name), quantity.Seconds(grew), quantity.Seconds(held))
}

// judgeDoubling judges a series by its steps: each of them comes when what it holds has
// reached its size, so they lie on a line. It returns false if they do not, or if a step
// that was due did not come.
func judgeDoubling(s *series) (g growth, ok bool) {
	p := params.steps
	if s.isOffHeap || !s.isHeap() || trend.Drawdown(s.value) > params.floor.maxDrawdown || s.keptShare() < p.minKept {
		return g, false
	}
	stairs := trend.Stairs(s.value, p.minHeight)
	if len(stairs.Steps) < p.minSteps || stairs.Rest > p.maxRest {
		return g, false
	}
	floor := trend.Floor(s.value)
	sizes := []trend.Point{{T: floor[0].T, V: max(1, floor[0].V)}} // something too small to be sampled is still there
	for _, x := range stairs.Steps {
		sizes = append(sizes, trend.Point{T: x.T, V: sizes[len(sizes)-1].V + x.Height})
	}
	f := trend.FindFill(sizes, p.minRatio)
	if f.Steps < p.minSteps || f.R2 < params.fill.minR2 || f.Span < params.window.min.Seconds()/2 ||
		f.Last-floor[0].T < params.window.min.Seconds()*params.window.nearly || f.IsOverdue(s.lastTime(), params.fill.overdue, params.fill.slack) {
		return g, false
	}
	g = growth{shape: ShapeSuspect, window: s.lastTime() - floor[0].T, rise: trend.NetRise(floor), fill: f, kept: 1, events: s.countEvents(), zScore: s.zScore(), floor: floor}
	if g.rise < s.minGrowth() || g.zScore < params.floor.z {
		return g, false
	}
	// The size before the last step is known up to its sampling error, the time of the
	// step up to how long it took.
	sampled := max(1, g.events*f.Points[len(f.Points)-1].V/max(1, sizes[len(sizes)-1].V))
	spread := params.rate.toInterval * math.Hypot(1/math.Sqrt(sampled), p.timing)
	g.rate = trend.Slope{PerSecond: f.PerSecond, Low: f.PerSecond * max(0, 1-spread), High: f.PerSecond * (1 + spread)}
	return g, true
}

// stillDoubling is like judgeDoubling, but what once grew in steps on a line does so until the
// next step is overdue: after a step, a few sampled objects come and go, which moves it.
// now is how s grows otherwise.
func stillDoubling(s *series, now growth) (g growth, ok bool) {
	if s.isSampledThinly(params.steps.minSampled) {
		return g, false
	}
	if g, ok = judgeDoubling(s); ok || now.shape != ShapeSteps {
		return g, ok
	}
	for n := len(s.value) - 1; n > max(params.steps.minSteps, len(s.value)-params.steps.lookBack); n-- {
		if g, ok = judgeDoubling(s.slicePoints(0, n)); ok {
			return g, !g.fill.IsOverdue(s.lastTime(), params.fill.overdue, params.fill.slack) && !gaveBack(s, n-1, g)
		}
	}
	return g, false
}

// stepsPending says that the growth of a heap came in steps of which the next may still
// come; empty if there is no such growth.
func stepsPending(c *judgment) string {
	var most *bystander
	for _, v := range c.others {
		if v.g.shape == ShapeSteps && v.s.isHeap() && (most == nil || v.g.rise > most.g.rise) {
			most = &v
		}
	}
	if most == nil {
		return ""
	}
	what := "the heap"
	if b := most.s.group.Blame; b != nil {
		what = profile.ShortName(b.Name)
	}
	if most.s.isSampledThinly(params.steps.minSampled) {
		return what + " " + describeThin(most.g)
	}
	due, ok := nextStep(most.s, &most.g, most.s.partSince(most.s.lastTime()-most.g.window).value)
	text := fmt.Sprintf("%s has grown in steps so far", what)
	if most.g.even.TopThree < params.steps.fewSteps {
		text = fmt.Sprintf("%s has grown with long pauses", what)
	}
	if ok {
		text += fmt.Sprintf(", as a map or slice does when it doubles: the next step may take another %s", quantity.Seconds(due-most.s.lastTime()))
	}
	return text
}

// Growth in equal steps at regular times is a leak once there have been enough of
// them: a reload, a cron job, a controller event that retains something each time.

// judgePeriodic judges a series by its steps. It returns false if they are not regular,
// or a step that was due did not come.
func (s *series) judgePeriodic() (g growth, ok bool) {
	p := params.periodic
	if trend.Drawdown(s.value) > params.polls.monotone { // of most series, which makes the rest needless
		return g, false
	}
	stairs := trend.Stairs(s.value, p.minHeight)
	if len(stairs.Steps) < p.minSteps || stairs.Rest > p.maxRest || stairs.Regularity() > p.maxSpread {
		return g, false
	}
	low, high := stairs.Heights()
	if high > p.maxRatio*low {
		return g, false
	}
	first, last := stairs.Steps[0].T, stairs.Steps[len(stairs.Steps)-1].T
	period := stairs.Period()
	if last-first < params.window.min.Seconds()*params.window.nearly || s.lastTime()-last > p.overdue*period+params.fill.slack {
		return g, false
	}
	part := s.partSince(first - period)
	g = growth{
		shape: ShapeSuspect, window: part.span(), kept: part.keptShare(), events: part.countEvents(), stairs: stairs,
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
	each := f.kind.formatAmount(f.growth.rise / float64(n))
	return fmt.Sprintf("%d steps of about %s, one every %s", n, each, quantity.Seconds(f.growth.stairs.Period()))
}
