package leak

import (
	"github.com/leaktop/leaktop/profile/trend"
)

// detector is one way to find leaks.
type detector interface {
	// findLeaks returns the leaks it finds, and records in c what only resembles one.
	findLeaks(c *judgment) []*finding
}

// detectors lists the detectors. A group found by several is a finding of the
// first.
var detectors = []detector{
	objectDetector{},
	heapDetector{},
	spreadDetector{},
	goroutineDetector{},
	offHeapDetector{},
	stackDetector{},
	fileDetector{},
	childDetector{},
}

// heapDetector finds functions whose live bytes grow.
type heapDetector struct{}

func (heapDetector) findLeaks(c *judgment) []*finding { return c.findGrowing(c.heap, Heap) }

// goroutineDetector finds stacks whose number of goroutines grows.
type goroutineDetector struct{}

func (goroutineDetector) findLeaks(c *judgment) []*finding {
	return c.findGrowing(c.goroutines, Goroutine)
}

// findGrowing returns a finding for each series that grows as a leak does.
func (c *judgment) findGrowing(all []*series, kind Kind) []*finding {
	var out []*finding
	for _, s := range all {
		g := c.judgeSeries(s)
		if sum, whole, ok := c.replacement(s, g); ok && whole.shape != ShapeSuspect {
			s, g = sum, whole
		}
		if g.shape == ShapeSuspect {
			out = append(out, &finding{kind: kind, series: s, growth: g, own: g.rate, confidence: High})
			continue
		}
		c.others[keyOf(s.group)] = bystander{s, g}
	}
	return out
}

// judgeSeries judges a series by everything that is known about it: its points, the
// collector's goal, and steps.
func (c *judgment) judgeSeries(s *series) growth {
	g := c.askGoal(s, s.judgeStanding(c.in.Moments))
	steps, ok := s.judgePeriodic()
	if !ok {
		steps, ok = stillDoubling(s, g)
	}
	switch {
	case ok && g.shape != ShapeSuspect:
		g = steps
	case ok:
		g.stairs = steps.stairs
	}
	return g
}

// judgeInARow is like judgeWindows, but requires that the previous polls saw the growth
// too, because the next point may clear what one more point has made a suspect.
func (s *series) judgeInARow() growth {
	g := s.judgeWindows()
	s.earlier.remember(len(s.value), ofWindows, g)
	if g.shape != ShapeSuspect {
		return g
	}
	for i := 1; i < params.polls.inARow && i < len(s.value); i++ {
		n := len(s.value) - i
		if i > 1 && s.lastTime()-s.value[n].T > params.polls.rowSpan {
			break // profiles are so rare that two suffice
		}
		gap := s.value[n].T - s.value[n-1].T
		rare := gap > params.polls.rareGap || // then one point spans a whole window, and one before it is enough
			gap > params.polls.rowSpan && (s.goalUntil > 0 || isOverwhelming(s))
		judge := s.slicePoints(0, n).judgeWindows
		before := s.earlier.recall(n, ofWindows, judge)
		if before.shape != ShapeSuspect && !before.onlyYoung && !(rare && judge().shape == ShapeRising) {
			g.shape = ShapeRising
			return g
		}
	}
	return g
}

// objectDetector finds one growing object: a slice that append copies to ever
// larger arrays, a buffer that doubles. Its bytes grow in steps too few to be even,
// but the times of the steps show how the object fills.
type objectDetector struct{}

func (objectDetector) findLeaks(c *judgment) []*finding {
	var out []*finding
	for _, s := range c.heap {
		f, step, ok := fillOfObject(s)
		if !ok {
			continue
		}
		g := growth{shape: ShapeSuspect, window: s.lastTime() - f.From, rise: f.Rise, fill: f, kept: s.keptShare(), floor: trend.Floor(s.value)}
		g.rate = fillRate(s, step)
		out = append(out, &finding{kind: Heap, series: s, growth: g, own: g.rate, object: true, confidence: High})
	}
	return out
}

// fillOfObject returns how the largest object of s fills, and the minimum step that
// shows it; false if it does not fill. A slice grows in large steps. An object that is
// copied for each addition, such as a string, grows by a little each time, and copies
// of it come and go: then there are many steps, which must be close to the line.
func fillOfObject(s *series) (f trend.Fill, step float64, ok bool) {
	p := params.fill
	last := s.at[len(s.at)-1]
	if last.Largest < params.material.object || p.minOfValue*float64(last.Largest) < float64(last.Value) {
		return f, 0, false
	}
	for _, kind := range []struct {
		step, minR2 float64
		minSteps    int
		alone       bool
	}{{p.minStep, p.minR2, p.minSteps, true}, {p.copyStep, p.copyR2, p.copySteps, false}} {
		if kind.alone && 2*last.Largest < last.Value {
			continue
		}
		f = trend.FindFill(s.largestObject(), kind.step)
		if f.Steps < kind.minSteps || f.R2 < kind.minR2 || f.Span < p.minSpan || f.Rise < params.material.heap {
			continue
		}
		if !f.IsOverdue(s.lastTime(), p.overdue, p.slack) && s.lastTime()-f.From >= params.window.min.Seconds()*params.window.nearly {
			return f, kind.step, true
		}
	}
	return f, 0, false
}

// fillRate returns how fast the object fills, in steps of at least a share of its size.
// The interval is no narrower than the times of the steps are known.
func fillRate(s *series, step float64) trend.Slope {
	f := trend.FindFill(s.atEffectiveTimes(s.largestObject()), step)
	r := trend.Drift(f.Points, params.rate.confidence)
	least := s.timingError(r.PerSecond) / max(trend.Span(s.value)/float64(len(s.value)-1), f.Span)
	r.Low, r.High = min(r.Low, r.PerSecond-least), max(r.High, r.PerSecond+least)
	return r
}
