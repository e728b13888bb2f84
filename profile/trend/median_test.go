package trend

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestMedianOfEqualsSorting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(-2, 2), rapid.Just(0.0), rapid.Just(1.0)), 1, 28).Draw(t, "numbers")
		sorted := slices.Clone(s)
		slices.Sort(sorted)
		n := len(s)
		if want, got := (sorted[(n-1)/2]+sorted[n/2])/2, MedianOf(s); got != want {
			t.Fatalf("median of %v: got %v, want %v", sorted, got, want)
		}
	})
}
