package tui

import (
	"testing"

	"github.com/leaktop/leaktop/profile/leak"
)

// Tables use the word "steady" for the same shapes that the evidence explains as not a leak.
func TestSteadyRowsAreHarmless(t *testing.T) {
	for s := leak.ShapeNone; s <= leak.ShapeLeak; s++ {
		if steady := VerdictWord(s) == VerdictWord(leak.ShapeSteady); steady != s.IsHarmless() {
			t.Errorf("%v: the table calls it steady: %v; it is harmless: %v", s, steady, s.IsHarmless())
		}
	}
}
