package table

import (
	"slices"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// SortOrder says how a column is sorted first when it is chosen.
type SortOrder int

// The sort orders.
const (
	SortNone SortOrder = iota // it can't be sorted by
	SortAsc
	SortDesc
)

// Align is the side of the column where cells stand.
type Align int

// The sides.
const (
	Left Align = iota
	Right
)

// Column is one column of a table.
type Column struct {
	ID    string // names the column in Sort; unique
	Title string
	Align Align
	// Width is how many columns of the screen its cells take. A column that
	// grows has at least as many, while there is room for it at all.
	Width int
	// Grow is its share of the room left over: a column with 2 gets twice what
	// one with 1 gets. 0 keeps Width.
	Grow int
	// Max bounds a column that grows; 0 does not.
	Max int
	// Drop is its turn to give way when the screen is narrow: 1 goes first.
	// 0 never goes.
	Drop int
	// Sort is whether and how it is sorted first.
	Sort SortOrder
	// Search says that what is searched for is marked in its cells.
	Search bool
	// Fit shortens a cell's text to a width; nil is [format.Fit].
	Fit func(s string, width int) string
}

const (
	gap    = 2 // between two columns
	marker = 2 // the cursor's mark and a space
)

// slot is a column with its place on the screen.
type slot struct {
	col   int // index in the table's columns
	x     int // from the table's left side
	width int
}

// layout finds which columns are shown in a width, and where.
func layout(cols []Column, hidden []string, width int) []slot {
	shown := make([]slot, 0, len(cols))
	for i, c := range cols {
		if !slices.Contains(hidden, c.ID) {
			shown = append(shown, slot{col: i, width: c.least()})
		}
	}
	room := width - marker
	for needed(shown) > room {
		i := givesWay(cols, shown)
		if i < 0 {
			break
		}
		shown = append(shown[:i], shown[i+1:]...)
	}
	left := room - needed(shown)
	if left < 0 {
		shrink(cols, shown, -left)
	} else {
		grow(cols, shown, left)
	}
	x := marker
	for i := range shown {
		shown[i].x = x
		x += shown[i].width + gap
	}
	return shown
}

// least is the width below which a column isn't shown: its cells', or its
// title's with the sort arrow.
func (c Column) least() int {
	t := format.Width(c.Title)
	if c.Sort != SortNone {
		t++
	}
	return max(c.Width, t, 1)
}

func needed(shown []slot) int {
	n := gap * max(len(shown)-1, 0)
	for _, s := range shown {
		n += s.width
	}
	return n
}

// givesWay returns which of the shown columns goes next, -1 if none may.
func givesWay(cols []Column, shown []slot) int {
	next := -1
	for i, s := range shown {
		d := cols[s.col].Drop
		if d > 0 && (next < 0 || d <= cols[shown[next].col].Drop) {
			next = i
		}
	}
	return next
}

// shrink takes n columns of the screen from those that grow, and then, from the
// right, from the others.
func shrink(cols []Column, shown []slot, n int) {
	for _, growing := range []bool{true, false} {
		for i := len(shown) - 1; i >= 0; i-- {
			if (cols[shown[i].col].Grow > 0) != growing {
				continue
			}
			cut := max(min(n, shown[i].width-1), 0)
			shown[i].width -= cut
			n -= cut
		}
	}
}

// grow gives n columns of the screen to those that grow, by their shares.
func grow(cols []Column, shown []slot, n int) {
	for n > 0 {
		shares := 0
		for _, s := range shown {
			if cols[s.col].canGrow(s.width) {
				shares += cols[s.col].Grow
			}
		}
		if shares == 0 {
			return
		}
		given, before := 0, n
		for i := range shown {
			c := cols[shown[i].col]
			if !c.canGrow(shown[i].width) {
				continue
			}
			part := min((before*c.Grow+shares-1)/shares, n)
			if c.Max > 0 {
				part = min(part, c.Max-shown[i].width)
			}
			shown[i].width += part
			given += part
			n -= part
		}
		if given == 0 {
			return
		}
	}
}

func (c Column) canGrow(width int) bool {
	return c.Grow > 0 && (c.Max == 0 || width < c.Max)
}

// head returns the title with the arrow of the sort order.
func (c Column) head(sorted, desc bool) (string, theme.Tone) {
	if !sorted {
		return c.Title, theme.Header
	}
	arrow := theme.SymbolUp
	if desc {
		arrow = theme.SymbolDown
	}
	if c.Align == Right {
		return arrow + c.Title, theme.Sorted
	}
	return c.Title + arrow, theme.Sorted
}

// fit returns text that is safe to show, in no more than the width.
func (c Column) fit(text string, width int) string {
	text = format.Clean(text)
	if c.Fit != nil {
		text = c.Fit(text, width)
	}
	return format.Fit(text, width)
}
