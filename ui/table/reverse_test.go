package table

import (
	"fmt"
	"slices"
	"testing"

	"github.com/leaktop/leaktop/ui/theme"
)

// pairs are rows with many equal values.
type pairs []int

func (p pairs) Len() int                { return len(p) }
func (p pairs) Key(i int) string        { return fmt.Sprint(i) }
func (p pairs) Cell(i, _ int) Cell      { return Text(fmt.Sprint(p[i])) }
func (p pairs) Compare(_, a, b int) int { return p[a] - p[b] }

// Reversing the order gives the same rows as sorting again: equal rows keep their own order.
func TestReversedOrderIsThatOfSorting(t *testing.T) {
	rows := pairs{3, 1, 2, 1, 3, 2, 1}
	columns := []Column{{ID: "n", Title: "N", Width: 4, Sort: SortDesc}}
	reversed, sorted := New(theme.Theme{}, columns...), New(theme.Theme{}, columns...)
	for _, m := range []*Model{&reversed, &sorted} {
		m.SetSize(20, 20)
		m.SetRows(rows)
	}
	reversed.SetSort("n", true)
	reversed.reverseSort()
	sorted.SetSort("n", false)
	if got, want := reversed.Order(), sorted.Order(); !slices.Equal(got, want) || !slices.Equal(want, []int{1, 3, 6, 2, 5, 0, 4}) {
		t.Errorf("got %d, sorting gives %d", got, want)
	}
	reversed.reverseSort()
	sorted.SetSort("n", true)
	if got, want := reversed.Order(), sorted.Order(); !slices.Equal(got, want) || !slices.Equal(want, []int{0, 4, 2, 5, 1, 3, 6}) {
		t.Errorf("twice reversed got %d, sorting gives %d", got, want)
	}
}
