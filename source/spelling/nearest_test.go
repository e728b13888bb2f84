package spelling

import (
	"slices"
	"testing"
)

func TestSortNearest(t *testing.T) {
	t.Parallel()
	got := SortNearest("chekout", []string{"cart", "payment", "chekout-worker", "checkout"})
	if want := []string{"chekout-worker", "checkout", "cart", "payment"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestGuess(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"bath": "batch", "batch": "batch", "unclosed-rws": "unclosed-rows", "xyz": ""} {
		if got := Guess(name, []string{"batch", "sawtooth", "unclosed-rows"}); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
