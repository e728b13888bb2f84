package table

import "github.com/leaktop/leaktop/ui/theme"

// Rows is the content of a table. It must not change after SetRows: when the data
// changes, give the table new Rows.
type Rows interface {
	// Len returns the number of rows.
	Len() int
	// Key identifies a row. The same thing has the same key in later Rows.
	Key(row int) string
	// Cell returns the cell of a row in a column, given by its index in the table's
	// columns. It is called only for rows on screen, and for columns that fit their
	// content.
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

// Ranker is implemented by a Sorter that has columns of numbers.
type Ranker interface {
	// Rank returns the number that rows are sorted by in a column, instead of Compare;
	// nil for other columns.
	Rank(col int) func(row int) float64
}

// Cell is the content of one cell. Text may be untrusted: the table cleans it and
// shortens it to the column's width.
type Cell struct {
	Text string
	Tone theme.Tone
}

// Text returns a cell in the plain tone.
func Text(s string) Cell { return Cell{Text: s} }

// SetRows replaces the rows. The cursor stays on the row with the same key and on
// the same line of the screen; if that row is gone, at the same place.
func (m *Model) SetRows(rows Rows) {
	key, line := m.Key(), m.window.cursor-m.window.first
	m.content.rows = rows
	m.content.sortRows(m.columns)
	if rows != nil && m.columns.measure(rows) {
		m.columns.layOut(m.window.width)
	}
	m.restoreCursor(key, line)
}

// Rows returns the current rows, nil if none have been set.
func (m Model) Rows() Rows { return m.content.rows }

// Len returns the number of rows.
func (m Model) Len() int { return m.content.countRows() }

// Order returns the indices of the rows as they are shown, from the top.
func (m Model) Order() []int { return m.content.allRows() }

// restoreCursor puts the cursor back on the row with the key, a number of lines below
// the top of the window.
func (m *Model) restoreCursor(key string, line int) {
	if !m.followsRow {
		m.window.cursor, m.window.first = 0, 0
		m.clampCursor()
		return
	}
	if place := m.content.findKey(key); place >= 0 {
		m.window.cursor = place
		m.window.first = place - line
	}
	m.clampCursor()
}
