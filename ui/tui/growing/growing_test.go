package growing

import (
	"slices"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// The rows of suspects come first, by letter: what grows faster and is undecided is not what to look at first.
func TestSuspectsComeFirst(t *testing.T) {
	row := func(key string, card int, growth float64) *Row {
		return &Row{
			Label: list.Label{Name: key, Key: key}, Group: &profile.Group{Kind: profile.Heap},
			Numbers: list.Numbers{Unit: "bytes", Cum: 1 << 20, Growth: growth, Card: card},
		}
	}
	rows := []*Row{
		row("slow", 0, 1<<10), row("second", 2, 5<<20), row("fast", 0, 1<<30),
		row("first, slower", 1, 1<<20), row("first", 1, 3<<20),
	}
	want := []string{"first", "first, slower", "second", "fast", "slow"}
	keys := func() (out []string) {
		for _, r := range rows {
			out = append(out, r.Key)
		}
		return out
	}
	if sortRows(rows); !slices.Equal(keys(), want) {
		t.Errorf("rows: got %q, want %q", keys(), want)
	}
	slices.SortStableFunc(rows, func(a, b *Row) int { return -growthColumn().Compare(a, b) })
	if !slices.Equal(keys(), want) {
		t.Errorf("sorted by growth: got %q, want %q", keys(), want)
	}
}
