package leak

import (
	"fmt"

	"github.com/leaktop/leaktop/profile/trend"
)

// Shape is what the course of a series looks like. The later a shape, the closer to a
// leak: the last over all windows is that of the series.
type Shape uint8

// The shapes.
const (
	ShapeNone     Shape = iota // nothing is said
	ShapeTooShort              // too few profiles yet
	ShapeSteady                // nothing grew that matters
	ShapeNoise                 // what grew could be chance
	ShapeSaw                   // goes up and down on a flat floor
	ShapeStep                  // came at once, or in few steps
	ShapeWarmUp                // grew, and holds
	ShapeBursts                // grows in fits
	ShapeSlowing               // grows ever more slowly
	ShapeLoad                  // comes and goes with the load: to be watched for longer
	ShapeRising                // grows as a leak does, but not for long enough yet
	ShapeSuspect               // grows as a leak does, but there is a more innocent reading
	ShapeLeak                  // grows as a leak does
)

// shapes are what each shape is called in a column, and what that means in few words.
var shapes = [...]struct{ word, means string }{
	ShapeNone:     {"", ""},
	ShapeTooShort: {"…", "too few profiles yet"},
	ShapeSteady:   {"steady", "does not grow"},
	ShapeNoise:    {"~", "could be chance"},
	ShapeSaw:      {"saw", "gives back what it takes"},
	ShapeStep:     {"step", "came in few steps"},
	ShapeWarmUp:   {"warm-up", "filled, then held"},
	ShapeBursts:   {"bursts", "grows unevenly"},
	ShapeSlowing:  {"slowing", "grows ever less"},
	ShapeLoad:     {"load", "follows the load"},
	ShapeRising:   {"rising", "too early to tell"},
	ShapeSuspect:  {"suspect", "may become a leak"},
	ShapeLeak:     {"leak", "kept, evenly and until now"},
}

// Shapes are all shapes that have a word, what matters most first: for a help text.
func Shapes() []Shape {
	var out []Shape
	for s := ShapeLeak; s > ShapeNone; s-- {
		out = append(out, s)
	}
	return out
}

// String is the word for a column; empty for [ShapeNone].
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

// IsUndecided reports whether growth of the shape may be a leak, and time will tell.
func (s Shape) IsUndecided() bool { return s == ShapeRising || s == ShapeLoad }

// endsGrowth reports whether a shape is evidence that growth has ended, because what
// was due has not come, and not only less evidence that it goes on.
func (s Shape) endsGrowth() bool { return s == ShapeWarmUp || s == ShapeSteady || s == ShapeSaw }

// Evaluation is what is to be said of a series.
type Evaluation struct {
	Shape Shape
	// Rate is how fast it grows; zero where the judge did not measure it.
	Rate Rate
	// Text is one sentence for people: "filled for 55 s, then held".
	Text string
}

// newEvaluation says what a series that is no finding looks like.
func (s *series) newEvaluation(g growth) Evaluation {
	e := Evaluation{Shape: g.shape}
	switch g.shape {
	case ShapeSteady:
		if s.isHeap() {
			e.Text = fmt.Sprintf("floor flat through %d collections", len(s.value)-1)
		} else {
			e.Text = "floor flat for " + formatSpan(trend.Span(s.value))
		}
	case ShapeNoise:
		e.Text = "what grew could be chance"
	case ShapeSaw:
		if n := len(g.saw.Troughs); n > 1 {
			e.Text = fmt.Sprintf("up and down every %s, floor flat through %d teeth", formatSpan(g.saw.Period()), n)
		} else {
			e.Text = "gives back what it takes"
		}
	case ShapeStep:
		e.Text = fmt.Sprintf("came in few steps: the largest three are %d%%", int(100*g.even.TopThree))
	case ShapeWarmUp:
		e.Text = s.describeFilling()
	case ShapeBursts:
		e.Text = "grows in bursts, not evenly"
	case ShapeSlowing:
		e.Text = fmt.Sprintf("slowing down: %d%% of the growth in the first third, %d%% in the last quarter", int(100*g.even.FirstThird), int(100*g.even.LastQuarter))
	case ShapeLoad:
		e.Text = "follows the load: most of what comes goes again"
	case ShapeRising:
		e.Text = fmt.Sprintf("rising for %s: too early to tell", formatSpan(g.window))
	}
	return e
}

// describeFilling says how long a series grew, and that it has held since.
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
	return fmt.Sprintf("filled for %s, then held", formatSpan(to-from))
}
