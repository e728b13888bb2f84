package table

import (
	"cmp"
	"slices"

	"github.com/leaktop/leaktop/ui/theme"
)

// Rows is the content of a table. It must not change after SetRows: when the data
// changes, give the table new Rows.
type Rows interface {
	// Len returns the number of rows.
	Len() int
	// Key identifies a row. The same thing has the same key in later Rows.
	Key(row int) string
	// Cell returns the cell of a row in a column, given by its index in the
	// table's columns. It is called only for rows on screen.
	Cell(row, col int) Cell
}

// Sorter is implemented by Rows that the table can sort. Other Rows are shown in
// their own order, and the caller may sort them as [Model.Sort] says.
type Sorter interface {
	// Compare returns a negative number if row a sorts before row b in ascending
	// order of the column, a positive one if after, else 0. Equal rows keep their
	// order.
	Compare(col, a, b int) int
}

// Cell is the content of one cell. Text need not be trusted: the table cleans it
// and shortens it to the column's width.
type Cell struct {
	Text string
	Tone theme.Tone
}

// Text returns a cell in the plain tone.
func Text(s string) Cell { return Cell{Text: s} }

// SetRows replaces the rows. The cursor stays on the row with the same key and on
// the same line of the screen; if that row is gone, at the same place.
func (m *Model) SetRows(rows Rows) {
	key, line := m.Key(), m.cursor-m.first
	m.rows = rows
	m.order = m.sortedOrder()
	m.restoreCursor(key, line)
}

// Rows returns the current rows, nil if none have been set.
func (m Model) Rows() Rows { return m.rows }

// Len returns the number of rows.
func (m Model) Len() int {
	if m.rows == nil {
		return 0
	}
	return m.rows.Len()
}

// Order returns the indices of the rows as they are shown, from the top.
func (m Model) Order() []int {
	if m.order != nil {
		return slices.Clone(m.order)
	}
	o := make([]int, m.Len())
	for i := range o {
		o[i] = i
	}
	return o
}

// rowAt returns the index in Rows of the row at a place.
func (m Model) rowAt(place int) int {
	if m.order != nil {
		return m.order[place]
	}
	return place
}

// sortedOrder returns the order by the sort column; nil means the rows' own order.
func (m Model) sortedOrder() []int {
	s, ok := m.rows.(Sorter)
	col := m.columnIndex(m.sortID)
	if !ok || col < 0 || m.columns[col].Sort == SortNone {
		return nil
	}
	o := make([]int, m.rows.Len())
	for i := range o {
		o[i] = i
	}
	slices.SortFunc(o, func(a, b int) int { // stable, in half the time of a stable sort
		c := s.Compare(col, a, b)
		if m.sortDesc {
			c = -c
		}
		return cmp.Or(c, cmp.Compare(a, b))
	})
	return o
}

// reversedOrder returns the order reversed, except that equal rows keep their order. It
// saves sorting tens of thousands of rows again, which would delay a key press.
func (m Model) reversedOrder() []int {
	s, col := m.rows.(Sorter), m.columnIndex(m.sortID)
	o := slices.Clone(m.order)
	slices.Reverse(o)
	for i := 0; i < len(o); {
		end := i + 1
		for end < len(o) && s.Compare(col, o[i], o[end]) == 0 {
			end++
		}
		slices.Reverse(o[i:end])
		i = end
	}
	return o
}

// restoreCursor puts the cursor back on the row with the key, a number of lines below
// the top of the window.
func (m *Model) restoreCursor(key string, line int) {
	if !m.followsRow {
		m.cursor, m.first = 0, 0
		m.clampCursor()
		return
	}
	if place := m.findKey(key); place >= 0 {
		m.cursor = place
		m.first = place - line
	}
	m.clampCursor()
}

// findKey returns the place of the row with a key, -1 if there is none.
func (m Model) findKey(key string) int {
	for i := range m.Len() {
		if m.rows.Key(m.rowAt(i)) == key {
			return i
		}
	}
	return -1
}
