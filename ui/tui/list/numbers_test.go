package list

import (
	"slices"
	"testing"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/tui"
)

// A slope over the window is a rate only for steady growth: not for a start, a step
// or the end of a sawtooth.
func TestOnlyWhatGrowsHasARate(t *testing.T) {
	const m = 1 << 20
	rise, start := []float64{1 * m, 2 * m, 3 * m, 4 * m, 5 * m, 6 * m, 7 * m, 8 * m}, []float64{1 * m, 5 * m, 5 * m, 5 * m, 5 * m, 5 * m, 5 * m, 5 * m}
	filled := []float64{1 * m, 3 * m, 5 * m, 7 * m, 8 * m, 8 * m, 8 * m, 8 * m}
	late := []float64{1 * m, 1 * m, 1 * m, 1 * m, 1 * m, 1 * m, 1 * m, 3 * m}
	for _, c := range []struct {
		shape  leak.Shape
		course []float64
		want   string
	}{
		{leak.ShapeLeak, rise, "+60.0 MiB"},
		{leak.ShapeLeak, start, "+60.0 MiB"}, // one large object: the judge's shape counts
		{leak.ShapeSteady, rise, "level"},    // by less than the floor
		{leak.ShapeSteps, late, "+60.0 MiB"},
		{leak.ShapeNone, start, "+60.0 MiB"},
		{leak.ShapeSteady, start, "+4 MiB once"},
		{leak.ShapeStep, late, "+2 MiB once"},
		{leak.ShapeWarmUp, filled, "level"},
		{leak.ShapeSteady, []float64{2 * m, 4 * m, 2 * m, 4 * m, 2 * m, 4 * m, 2 * m, 4 * m}, "level"},
		{leak.ShapeSteady, []float64{5 * m, 1 * m, 1 * m, 1 * m, 1 * m, 1 * m, 1 * m, 1 * m}, "-4 MiB once"},
		{leak.ShapeSaw, rise, "level"},
		{leak.ShapeSaw, start, "level"},
	} {
		e := Numbers{Unit: "bytes", Growth: 60 * m, Spark: c.course, Evaluation: leak.Evaluation{Shape: c.shape}}
		if got := e.GrowthText(); got != c.want {
			t.Errorf("%s with the course %v is written %q, not %q", c.shape, c.course, got, c.want)
		}
		if isRate := c.want == "+60.0 MiB"; (e.Rate() != 0) != isRate {
			t.Errorf("%s, written %q, ranks by %g", c.shape, c.want, e.Rate())
		}
		if tui.VerdictWord(c.shape) == tui.VerdictWord(leak.ShapeSteady) && e.Rate() != 0 {
			t.Errorf("%s is called steady and has a rate", c.shape)
		}
	}
}

// The slope of a single step is 0 if most moments are on one side of it. The step is
// still reported, but a constant value is not.
func TestStepWithoutASlope(t *testing.T) {
	const m = 1 << 20
	for want, course := range map[string][]float64{
		"+4 MiB once": {1 * m, 5 * m, 5 * m, 5 * m, 5 * m, 5 * m, 5 * m, 5 * m},
		"level":       {m, m, m, m, m, m, m, m},
	} {
		e := Numbers{Unit: "bytes", Spark: course, Evaluation: leak.Evaluation{Shape: leak.ShapeSteady}}
		if got := e.GrowthText(); got != want {
			t.Errorf("the course %v is written %q, want %q", course, got, want)
		}
	}
}

// A row without a verdict that does not grow is level, like a row with one.
func TestNoGrowthIsLevel(t *testing.T) {
	for _, unit := range []string{"bytes", "goroutines"} {
		for _, growth := range []float64{0, 0.2, -0.2} {
			n := Numbers{Unit: unit, Growth: growth, Spark: []float64{3, 3, 3, 3}}
			if got := n.GrowthText(); got != "level" {
				t.Errorf("growth of %g %s is written %q", growth, unit, got)
			}
		}
	}
}

// A single rise has no rate, even if it is too early to call it a step.
func TestStepsOfRisingRows(t *testing.T) {
	n := Numbers{Unit: "goroutines", Spark: []float64{0, 10, 10, 10, 10, 10, 10, 10}, Evaluation: leak.Evaluation{Shape: leak.ShapeRising}}
	if got := n.GrowthText(); got != "+10 once" {
		t.Errorf("a step is written %q", got)
	}
}

// All rows on screen have the same name for the unit, and no number is cut.
func TestHeldIsShortenedTogether(t *testing.T) {
	short := []string{"52.9 MiB", "490 goroutines", "1 goroutine"}
	if got := fitHeld(short, 14); !slices.Equal(got, short) {
		t.Errorf("got %q of what fits", got)
	}
	if got, want := fitHeld(append(short, "1,087 goroutines"), 14), []string{"52.9 MiB", "490 gor.", "1 gor.", "1,087 gor."}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// 1 and -1 goroutine are singular.
func TestHeldText(t *testing.T) {
	for held, want := range map[int64]string{-2: "-2 goroutines", -1: "-1 goroutine", 0: "0 goroutines", 1: "1 goroutine", 2: "2 goroutines"} {
		if got := (&Numbers{Unit: "goroutines", Cum: held}).HeldText(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
