package leak

import (
	"fmt"
	"math"

	"github.com/leaktop/leaktop/profile/leak/callstack"

	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/profile/trend"
)

// Shape is what a series looks like over time. Later shapes are closer to a leak:
// the highest over all windows is that of the series.
type Shape uint8

// The shapes.
const (
	ShapeNone     Shape = iota // not judged
	ShapeTooShort              // too few profiles yet
	ShapeSteady                // no growth that matters
	ShapeNoise                 // growth that could be chance
	ShapeSaw                   // goes up and down on a flat floor
	ShapeStep                  // rose at once, or in few steps, and then held
	ShapeWarmUp                // grew, then held
	ShapeBursts                // grows in bursts
	ShapeSlowing               // grows ever more slowly
	ShapeSteps                 // rose in steps, of which the next may still come
	ShapeLoad                  // follows the load: needs a longer watch
	ShapeRising                // grows as a leak does, but not for long enough yet
	ShapeSuspect               // grows as a leak does, but has an innocent explanation
	ShapeLeak                  // grows as a leak does
)

// shapes gives the word for each shape in a column, and its meaning in a few words.
var shapes = [...]struct{ word, means string }{
	ShapeNone:     {"", ""},
	ShapeTooShort: {"…", "too few profiles yet"},
	ShapeSteady:   {"steady", "does not grow"},
	ShapeNoise:    {"~", "could be chance"},
	ShapeSaw:      {"saw", "gives back what it takes"},
	ShapeStep:     {"step", "came in a few steps"},
	ShapeWarmUp:   {"warm-up", "filled, then held"},
	ShapeBursts:   {"bursts", "grows unevenly"},
	ShapeSlowing:  {"slowing", "grows more and more slowly"},
	ShapeSteps:    {"steps", "came in steps, and the next may still come"},
	ShapeLoad:     {"load", "may follow the load"},
	ShapeRising:   {"rising", "too early to tell"},
	ShapeSuspect:  {"suspect", "may become a leak"},
	ShapeLeak:     {"leak", "retained evenly, and still growing"},
}

// String returns the word for a column; empty for [ShapeNone].
func (s Shape) String() string {
	if int(s) < len(shapes) {
		return shapes[s].word
	}
	return ""
}

// Means explains the word.
func (s Shape) Means() string {
	if int(s) < len(shapes) {
		return shapes[s].means
	}
	return ""
}

// IsSuspect reports whether the shape is that of a suspect or a leak.
func (s Shape) IsSuspect() bool { return s >= ShapeSuspect }

// IsUndecided reports whether growth of the shape may be a leak, as a longer watch
// would show.
func (s Shape) IsUndecided() bool { return s == ShapeRising || s == ShapeLoad || s == ShapeSteps }

// IsHarmless reports whether the shape is that of something that, as far as it was
// watched, is not a leak: it does not grow, or no longer does.
func (s Shape) IsHarmless() bool {
	return s == ShapeSteady || s == ShapeSaw || s == ShapeWarmUp || s == ShapeStep
}

// endsGrowth reports whether a shape is evidence that growth has ended, because growth
// that was due did not come, rather than mere lack of evidence that it continues.
func (s Shape) endsGrowth() bool { return s == ShapeWarmUp || s == ShapeSteady || s == ShapeSaw }

// sinceBegan returns the growth of s since it began, if that was late in the watch and even
// since then: over a whole window it looks like a burst or a step. It returns g itself
// otherwise.
func sinceBegan(s *series, g growth) growth {
	if g.shape != ShapeBursts && g.shape != ShapeStep {
		return g
	}
	first, last := s.value[0], s.value[len(s.value)-1]
	i := len(s.value) - 1
	for i > 0 && s.value[i].V > first.V+params.onset.begun*(last.V-first.V) {
		i--
	}
	if s.value[i].T-first.T < params.onset.late*(last.T-first.T) || last.T-s.value[i].T < params.onset.minSpan {
		return g
	}
	part := s.slicePoints(i, len(s.value)).judgeWhole()
	if part.shape != ShapeSuspect {
		return g
	}
	part.shape = ShapeRising
	return part
}

// Evaluation is the result for one series.
type Evaluation struct {
	Shape Shape
	// Rate is how fast it grows; zero if not measured.
	Rate Rate
	// Text is one sentence for people: "filled for 55 s, then held".
	Text string
}

// newEvaluation describes a series that is not a finding.
func (s *series) newEvaluation(g growth) Evaluation {
	e := Evaluation{Shape: g.shape}
	switch g.shape {
	case ShapeSteady:
		e.Text = describeFloor(s)
	case ShapeNoise:
		e.Text = "the growth could be chance"
	case ShapeSaw:
		if n := len(g.saw.Troughs); n > 1 {
			e.Text = fmt.Sprintf("up and down every %s, floor flat through %d cycles", quantity.Seconds(g.saw.Period()), n)
		} else {
			e.Text = "gives back what it takes"
		}
	case ShapeStep, ShapeSteps:
		if s.isSampledThinly(params.steps.minSampled) {
			e.Text = describeThin(g)
			break
		}
		if g.shape == ShapeSteps && g.even.TopThree < params.steps.fewSteps {
			e.Text = "has paused: what doubles when it is full would grow again"
			break
		}
		e.Text = fmt.Sprintf("came in a few steps: the largest three are %d%% of it", int(100*g.even.TopThree))
	case ShapeWarmUp:
		e.Text = s.describeFilling()
		if g.isFull {
			e.Text = "filled, and now frees as much as it allocates, as a full cache does"
		}
	case ShapeBursts:
		e.Text = "grows in bursts, not evenly"
	case ShapeSlowing:
		e.Rate = lateRate(s)
		e.Text = fmt.Sprintf("slowing down: %d%% of the growth in the first third, %d%% in the last quarter", int(100*g.even.FirstThird), int(100*g.even.LastQuarter))
	case ShapeLoad:
		e.Text = describeLoad(s, g)
	case ShapeRising:
		e.Text = describeRising(s, g)
	}
	return e
}

// describeLoad says why a series may follow the load and, for a heap, how long a watch must
// be to tell.
func describeLoad(s *series, g growth) string {
	switch {
	case !s.isHeap() && g.kept >= params.turnover.turnsBelow:
		return "may follow the load: requests in flight grow with the number of clients"
	case !s.isHeap():
		return "may follow the load: a part of it goes away again"
	}
	text := fmt.Sprintf("may follow the load: it frees %d%% of what it allocates", int(100*(1-max(0, g.kept))))
	if long := params.window.long.Seconds(); g.window < long*params.window.nearly {
		text += ", so it takes " + quantity.Seconds(long) + " to tell"
	}
	return text
}

// describeRising says what a series that rises lacks to be a suspect.
func describeRising(s *series, g growth) string {
	text := "rising for " + quantity.Seconds(g.window)
	switch {
	case g.window < params.window.min.Seconds()*params.window.nearly:
	case g.paused && g.even.LastQuarter < params.floor.minLast && len(trend.Since(s.atEffectiveTimes(s.value), s.lastTime()-g.window/4)) < 2:
		return text + ", but no collection in the last quarter of that: too early to tell whether it has stopped"
	case g.paused && g.even.LastQuarter < params.floor.minLast:
		return fmt.Sprintf("%s, of which the last quarter brought %d%%: too early to tell whether it has stopped", text, int(100*g.even.LastQuarter))
	case s.isHeap() && (g.even.KSDistance > params.floor.maxDistance || s.isSampledThinly(params.steps.minSampled) || s.isTooThin(g)):
		return fmt.Sprintf("%s, by %s sampled objects: too few to tell whether evenly", text, quantity.Count(g.events))
	}
	return text + ": too early to tell"
}

// describeThin says that growth was seen in too few sampled objects to say more about
// it.
func describeThin(g growth) string {
	return fmt.Sprintf("rose by %s, seen in only %s: too few to tell even growth from steps", quantity.BytesRough(g.rise), quantity.Things(int(max(1, math.Round(g.events))), "sampled object"))
}

// describeFloor says that a series does not grow, as far as that shows.
func describeFloor(s *series) string {
	rise := trend.NetRise(trend.Floor(s.value))
	switch {
	case rise >= s.minGrowth()/2 && s.isHeap():
		return fmt.Sprintf("rose by %s, too little to tell", quantity.BytesRough(rise))
	case rise >= s.minGrowth()/2:
		return fmt.Sprintf("rose by %s, too little to tell", quantity.Count(rise))
	case s.isHeap():
		return fmt.Sprintf("floor flat through %d collections", len(s.value)-1)
	}
	return "floor flat for " + quantity.Seconds(s.span())
}

// describeFilling says how long a series grew before it held.
func (s *series) describeFilling() string {
	f := trend.Floor(s.value)
	first, last := f[0], f[len(f)-1]
	rise := last.V - first.V
	from, to := first.T, last.T
	for _, p := range f {
		if p.V <= first.V+0.05*rise {
			from = p.T
		}
		if p.V >= first.V+0.9*rise {
			to = p.T
			break
		}
	}
	if to >= last.T {
		return "filled, then held"
	}
	text := fmt.Sprintf("filled for %s, then held", quantity.Seconds(to-from))
	if st := topStack(s.group); !s.isHeap() && !s.isOffHeap && !callstack.HasUser(st) && callstack.LibraryOn(st) != nil {
		text += fmt.Sprintf(" at %s: the size of a pool, or a limit that was reached", quantity.Count(last.V))
	}
	return text
}
