package table

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestLayout(t *testing.T) {
	fixed := func(w, drop int) Column { return Column{Width: w, DropOrder: drop} }
	grows := func(w, share, most int) Column { return Column{Width: w, Grow: share, Max: most} }
	for _, c := range []struct {
		name  string
		width int
		cols  []Column
		want  map[int]int // column to width
	}{
		{"nothing", 80, nil, map[int]int{}},
		{"room for all", 40, []Column{fixed(10, 0), fixed(5, 1)}, map[int]int{0: 10, 1: 5}},
		{"one grows", 40, []Column{grows(10, 1, 0), fixed(5, 0)}, map[int]int{0: 31, 1: 5}},
		{"two share", 44, []Column{grows(10, 1, 0), grows(10, 2, 0)}, map[int]int{0: 17, 1: 23}},
		{"one has enough", 44, []Column{grows(10, 1, 12), grows(10, 1, 0)}, map[int]int{0: 12, 1: 28}},
		{"all have enough", 44, []Column{grows(10, 1, 12)}, map[int]int{0: 12}},
		{"the first to drop", 20, []Column{fixed(10, 0), fixed(5, 2), fixed(5, 1)}, map[int]int{0: 10, 1: 5}},
		{"two drop", 12, []Column{fixed(10, 0), fixed(5, 2), fixed(5, 1)}, map[int]int{0: 10}},
		{"the right one of equals", 20, []Column{fixed(10, 0), fixed(5, 1), fixed(5, 1)}, map[int]int{0: 10, 1: 5}},
		{"what grows shrinks", 14, []Column{grows(10, 1, 0), fixed(5, 0)}, map[int]int{0: 5, 1: 5}},
		{"no further than its minimum", 22, []Column{grows(14, 4, 0), {Width: 14, Grow: 1, Min: 8}, fixed(5, 0)}, map[int]int{0: 3, 1: 8, 2: 5}},
		{"its minimum is not the last resort", 12, []Column{{Width: 14, Grow: 1, Min: 8}, fixed(5, 0)}, map[int]int{0: 7, 1: 1}},
		{"title wider than cells", 40, []Column{{Title: "GROWTH", Width: 3, Sort: SortDesc}}, map[int]int{0: 7}},
	} {
		got := map[int]int{}
		for _, s := range layoutColumns(c.cols, nil, c.width) {
			got[s.col] = s.width
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestLayoutFits(t *testing.T) {
	column := rapid.Custom(func(t *rapid.T) Column {
		n := rapid.IntRange(0, 30)
		return Column{Width: n.Draw(t, "width"), Grow: rapid.IntRange(-1, 4).Draw(t, "grow"), Max: n.Draw(t, "max"), DropOrder: rapid.IntRange(0, 4).Draw(t, "drop")}
	})
	rapid.Check(t, func(t *rapid.T) {
		cols := rapid.SliceOfN(column, 0, 8).Draw(t, "columns")
		width := rapid.IntRange(0, 200).Draw(t, "width")
		shown := layoutColumns(cols, nil, width)
		end := markerWidth
		for i, s := range shown {
			if s.width < 1 || s.x < end || i > 0 && s.col <= shown[i-1].col {
				t.Fatalf("%+v", shown)
			}
			end = s.x + s.width
		}
		if least := markerWidth + (columnGap+1)*len(shown) - columnGap; len(shown) > 0 && end > max(width, least) {
			t.Fatalf("%+v reaches to %d of %d", shown, end, width)
		}
	})
}

// Columns that fit their content are only as wide as their widest cell and leave the rest of
// the room to others.
func TestFitContent(t *testing.T) {
	m := New(plain,
		Column{ID: "name", Title: "NAME", Width: 10, Grow: 1, Max: 40, FitContent: true},
		Column{ID: "flat", Title: "FLAT", Width: 12, FitContent: true},
		Column{ID: "growth", Title: "GROWTH/H", Width: 11},
		Column{ID: "verdict", Title: "VERDICT", Width: 4, DropOrder: 1},
	)
	widths := func() (out []int) {
		for _, s := range m.columns.shown {
			out = append(out, s.width)
		}
		return out
	}
	m.SetSize(44, 10)
	m.SetRows(functions{{"a", 1 << 20, "leak"}, {"abc", 2 << 20, "leak"}})
	if got := widths(); !slices.Equal(got, []int{4, 8, 11, 7}) {
		t.Errorf("of short cells: %v", got)
	}
	m.SetRows(functions{{"a", 1 << 20, "leak"}, {"abcdefghijklmnop", 2 << 20, "leak"}})
	if got := widths(); !slices.Equal(got, []int{10, 8, 11, 7}) {
		t.Errorf("where there is little room: %v", got)
	}
	m.SetSize(100, 10)
	if got := widths(); !slices.Equal(got, []int{16, 8, 11, 7}) {
		t.Errorf("where there is much room: %v", got)
	}
}
