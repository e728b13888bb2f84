package tui

import (
	"testing"

	"github.com/leaktop/leaktop/profile/leak"
)

// The word "steady" in tables and the evidence that a row is not a leak are about the same shapes.
func TestSteadyRowsAreHarmless(t *testing.T) {
	for s := leak.ShapeNone; s <= leak.ShapeLeak; s++ {
		if steady := VerdictWord(s) == VerdictWord(leak.ShapeSteady); steady != s.IsHarmless() {
			t.Errorf("%v: the table calls it steady: %v; it is harmless: %v", s, steady, s.IsHarmless())
		}
	}
}
