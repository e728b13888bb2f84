package table

import (
	"cmp"
	"slices"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// SortOrder is the order in which a column is sorted first.
type SortOrder int

// The sort orders.
const (
	SortNone SortOrder = iota // not sortable
	SortAsc
	SortDesc
)

// Align is the alignment of a column's cells.
type Align int

// The alignments.
const (
	Left Align = iota
	Right
)

// Column is one column of a table.
type Column struct {
	ID    string // identifies the column, see [Model.SetSort]; unique
	Title string
	Align Align
	// Width is the width of its cells, in columns of the screen; the minimum width
	// for a column that grows.
	Width int
	// Grow is its share of the remaining space: a column with 2 gets twice as much
	// as one with 1. A column with 0 does not grow.
	Grow int
	// Max bounds the width of a column that grows; 0 means unbounded.
	Max int
	// Min is the width below which a column that grows is not narrowed where another one
	// can be; 0 means 1.
	Min int
	// FitContent makes the column no wider than its widest cell, even if Width is more.
	// It is for tables with few rows, since it reads all cells.
	FitContent bool
	// DropOrder is the order in which columns are hidden on narrow screens: 1 is hidden
	// first, 0 never.
	DropOrder int
	// Sort says whether the table can be sorted by the column, and in which order at
	// first.
	Sort SortOrder
	// Search makes the table highlight matches in the column's cells.
	Search bool
	// Fit shortens a cell's text to a width; nil means [format.Fit].
	Fit func(s string, width int) string
	// FitTogether shortens the texts on screen together, before Fit; nil means each by
	// itself.
	FitTogether func(texts []string, width int) []string
	// Sep separates the parts of a cell's text. Where shortened texts on screen would
	// be equal, the parts in which they differ are shown, see [format.FitDistinct]. Empty
	// means that texts have no parts.
	Sep string
}

const (
	columnGap   = 2 // between two columns
	markerWidth = 2 // the cursor's mark and a space
)

// columnSet is the columns of a table, and which of them are on screen.
type columnSet struct {
	all    []Column
	hidden []string // IDs
	widest []int    // cell of each column that fits its content; 0 for others
	shown  []slot
}

// indexOf returns the index of the column with an ID, -1 if there is none.
func (c columnSet) indexOf(id string) int {
	if id == "" {
		return -1
	}
	return slices.IndexFunc(c.all, func(col Column) bool { return col.ID == id })
}

// layOut chooses and positions the columns that are shown in a width.
func (c *columnSet) layOut(width int) {
	all := slices.Clone(c.all)
	for i := range min(len(all), len(c.widest)) {
		all[i] = all[i].fitContent(c.widest[i])
	}
	c.shown = layoutColumns(all, c.hidden, width)
}

// fitContent returns the column narrowed to its widest cell.
func (c Column) fitContent(widest int) Column {
	if !c.FitContent {
		return c
	}
	c.Width = min(c.Width, widest)
	if c.Grow > 0 {
		c.Max = max(c.minWidth(), min(cmp.Or(c.Max, widest), widest))
	}
	return c
}

// measure stores the width of the widest cell of each column that fits its content. It
// reports whether any changed.
func (c *columnSet) measure(rows Rows) bool {
	before := c.widest
	c.widest = make([]int, len(c.all))
	for i, col := range c.all {
		for row := 0; col.FitContent && row < rows.Len(); row++ {
			c.widest[i] = max(c.widest[i], format.Width(format.Clean(rows.Cell(row, i).Text)))
		}
	}
	return !slices.Equal(before, c.widest)
}

// slot is a column with its position on the screen.
type slot struct {
	col   int // index in the table's columns
	x     int // from the table's left edge
	width int
}

// layoutColumns chooses the columns that are shown in a width, and positions them.
func layoutColumns(cols []Column, hidden []string, width int) []slot {
	shown := make([]slot, 0, len(cols))
	for i, c := range cols {
		if !slices.Contains(hidden, c.ID) {
			shown = append(shown, slot{col: i, width: c.minWidth()})
		}
	}
	room := width - markerWidth
	for neededWidth(shown) > room {
		i := nextToDrop(cols, shown)
		if i < 0 {
			break
		}
		shown = append(shown[:i], shown[i+1:]...)
	}
	left := room - neededWidth(shown)
	if left < 0 {
		shrinkColumns(cols, shown, -left)
	} else {
		growColumns(cols, shown, left)
	}
	x := markerWidth
	for i := range shown {
		shown[i].x = x
		x += shown[i].width + columnGap
	}
	return shown
}

// minWidth returns the minimum width of a column: that of its cells, or of its title
// with the sort arrow.
func (c Column) minWidth() int {
	t := format.Width(c.Title)
	if c.Sort != SortNone {
		t++
	}
	return max(c.Width, t, 1)
}

func neededWidth(shown []slot) int {
	n := columnGap * max(len(shown)-1, 0)
	for _, s := range shown {
		n += s.width
	}
	return n
}

// nextToDrop returns which of the shown columns to hide next, -1 if none may be.
func nextToDrop(cols []Column, shown []slot) int {
	next := -1
	for i, s := range shown {
		d := cols[s.col].DropOrder
		if d > 0 && (next < 0 || d <= cols[shown[next].col].DropOrder) {
			next = i
		}
	}
	return next
}

// shrinkColumns narrows the shown columns by n in total, from the right: those that grow
// to their minimum, then the others, then those that grow.
func shrinkColumns(cols []Column, shown []slot, n int) {
	narrow := func(growing, all bool) {
		for i := len(shown) - 1; i >= 0; i-- {
			c := cols[shown[i].col]
			low := max(c.Min, 1)
			if all {
				low = 1
			}
			if (c.Grow > 0) != growing {
				continue
			}
			cut := max(min(n, shown[i].width-low), 0)
			shown[i].width -= cut
			n -= cut
		}
	}
	narrow(true, false)
	narrow(false, true)
	narrow(true, true)
}

// growColumns widens the shown columns by n in total, according to their shares.
func growColumns(cols []Column, shown []slot, n int) {
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

// headingText returns the column's title, with an arrow if the table is sorted by it.
func (c Column) headingText(sorted, desc bool) (string, theme.Tone) {
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

// fitText returns text made safe and shortened to a width.
func (c Column) fitText(text string, width int) string {
	text = format.Clean(text)
	if c.Fit != nil {
		text = c.Fit(text, width)
	}
	return format.Fit(text, width)
}
