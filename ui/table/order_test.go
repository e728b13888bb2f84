package table

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Whatever rows are looked up first, each has the same place as if all rows were
// sorted.
func TestLazyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.IntRange(0, 3), rapid.Int())
		values := rapid.SliceOfN(value, 1, 1000).Draw(t, "values")
		if rapid.Bool().Draw(t, "sorted") {
			slices.Sort(values)
		}
		compare := func(a, b int) int { return cmp.Or(cmp.Compare(values[a], values[b]), cmp.Compare(a, b)) }
		want := ownOrder(len(values))
		slices.SortFunc(want, compare)
		o := newLazyOrder(len(values), compare)
		for _, place := range rapid.SliceOfN(rapid.IntRange(0, len(values)-1), 0, 20).Draw(t, "places") {
			row := o.rowAt(place)
			if row != want[place] {
				t.Fatalf("place %d has row %d, want %d", place, row, want[place])
			}
			if got := o.placeOf(row); got != place {
				t.Fatalf("row %d is at place %d, want %d", row, got, place)
			}
		}
		if got := o.all(); !slices.Equal(got, want) {
			t.Fatalf("got %d, want %d", got, want)
		}
	})
}

// The first screen of a large table takes only a few comparisons per row, whatever
// their order, because a key press waits for it.
func TestLazyOrderIsLazy(t *testing.T) {
	const n = 30000
	for name, value := range map[string]func(row int) int{
		"ascending": func(row int) int { return row }, "descending": func(row int) int { return -row },
		"equal": func(int) int { return 0 }, "mixed": func(row int) int { return row * 7919 % n },
		"mountain": func(row int) int { return min(row, n-row) },
	} {
		compared := 0
		o := newLazyOrder(n, func(a, b int) int {
			compared++
			return cmp.Or(cmp.Compare(value(a), value(b)), cmp.Compare(a, b))
		})
		for place := range 60 {
			o.rowAt(place)
		}
		if compared > 5*n {
			t.Errorf("%s: %d comparisons for 60 of %d rows", name, compared, n)
		}
	}
}
