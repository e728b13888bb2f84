package leak

import (
	"math"

	"github.com/leaktop/leaktop/profile/trend"
)

// detector is one way to find leaks.
type detector interface {
	// find returns what it finds, and notes in the course what only looks
	// like it.
	find(c *course) []*finding
}

// detectors is the table of them. A group found by several is the finding of
// the first.
var detectors = []detector{
	objectDetector{},
	heapDetector{},
	spreadDetector{},
	goroutineDetector{},
	offHeapDetector{},
}

// heapDetector finds guilty functions whose live bytes grow.
type heapDetector struct{}

func (heapDetector) find(c *course) []*finding { return c.findGrowing(c.heap, Heap) }

// goroutineDetector finds stacks of ever more goroutines.
type goroutineDetector struct{}

func (goroutineDetector) find(c *course) []*finding { return c.findGrowing(c.goroutines, Goroutine) }

// findGrowing returns a finding for each series that grows as a leak does.
func (c *course) findGrowing(all []*series, kind Kind) []*finding {
	var out []*finding
	for _, s := range all {
		g := c.askGoal(s, s.judgeStanding())
		switch steps, ok := s.periodic(); {
		case ok && g.shape != ShapeSuspect:
			g = steps
		case ok:
			g.stairs = steps.stairs
		}
		if g.shape == ShapeSuspect {
			out = append(out, &finding{kind: kind, s: s, g: g, own: g.rate, sure: High})
			continue
		}
		c.others[keyOf(s.group)] = bystander{s, g}
	}
	return out
}

// judgeInARow is judge, where growth must have been seen at the polls before as
// well: what one more point makes a suspect, one more can clear.
func (s *series) judgeInARow() growth {
	g := s.judge()
	if g.shape != ShapeSuspect {
		return g
	}
	for i := 1; i < params.polls.inARow && i < len(s.value); i++ {
		n := len(s.value) - i
		if i > 1 && s.now()-s.value[n].T > params.polls.rowSpan {
			break // profiles come so rarely that two say enough
		}
		rare := s.value[n].T-s.value[n-1].T > params.polls.rareGap // then one of a window, and one of less
		if b := s.cut(0, n).judge(); b.shape != ShapeSuspect && !(rare && b.shape == ShapeRising) {
			g.shape = ShapeRising
			return g
		}
	}
	return g
}

// objectDetector finds one growing object: a slice that append copies to ever
// larger arrays, a buffer that doubles. Bytes then grow in steps, too few to be
// even; but the moments of the steps tell how the object fills.
type objectDetector struct{}

func (objectDetector) find(c *course) []*finding {
	var out []*finding
	for _, s := range c.heap {
		last := s.at[len(s.at)-1]
		if last.Largest < params.material.object || 2*last.Largest < last.Value {
			continue
		}
		f := trend.Filling(s.object(), params.fill.minStep)
		if f.Steps < params.fill.minSteps || f.R2 < params.fill.minR2 || f.Span < params.fill.minSpan || f.Rise < params.material.heap {
			continue
		}
		if f.Overdue(s.now(), params.fill.overdue, params.fill.slack) || s.now()-f.From < params.window.min.Seconds()*params.window.nearly {
			continue
		}
		g := growth{shape: ShapeSuspect, window: s.now() - f.From, rise: f.Rise, fill: f, kept: s.kept(), floor: trend.Floor(s.value)}
		g.rate = s.fillRate()
		out = append(out, &finding{kind: Heap, s: s, g: g, own: g.rate, object: true, sure: High})
	}
	return out
}

// fillRate is how fast the object fills. When it grew is known no better than to the
// observation that shows it, so that the first and the last moment are off by up to
// the time between two of these, each way alike (the variance of a uniform error is a
// twelfth of its square).
func (s *series) fillRate() trend.Slope {
	f := trend.Filling(s.dated(s.object()), params.fill.minStep)
	r := trend.Drift(f.Points, params.rate.confidence)
	gap := trend.Span(s.value) / float64(len(s.value)-1)
	least := math.Abs(r.PerSecond) * params.rate.toInterval * gap * math.Sqrt(2.0/12) / max(gap, f.Span)
	r.Low, r.High = min(r.Low, r.PerSecond-least), max(r.High, r.PerSecond+least)
	return r
}
