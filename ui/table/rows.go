package table

import (
	"cmp"
	"slices"

	"github.com/leaktop/leaktop/ui/theme"
)

// Rows is what a table shows. It must not change once the table has it: when
// the data change, give the table new Rows.
type Rows interface {
	// Len is the number of rows.
	Len() int
	// Key tells a row from all others, and is the same for the same thing in
	// the next Rows.
	Key(row int) string
	// Cell is what stands in a row under the column with an index in the
	// columns of the table. It is called only for rows on screen.
	Cell(row, col int) Cell
}

// Sorter is what Rows also are when the table is to sort them. Without it they
// are shown in their own order, and [Model.Sort] tells the caller what is asked.
type Sorter interface {
	// Compare returns a negative number when row a goes before row b in
	// ascending order of the column, a positive one when after, else 0. Equal
	// rows keep the order that Rows has them in.
	Compare(col, a, b int) int
}

// Cell is the content of one cell. Text may come from anywhere: it is cleaned
// and cut to the column's width.
type Cell struct {
	Text string
	Tone theme.Tone
}

// Text returns a cell in the plain tone.
func Text(s string) Cell { return Cell{Text: s} }

// SetRows shows other rows. The cursor stays on the row with the same key and
// on the same line of the screen; where that row is gone, at the same place.
func (m *Model) SetRows(rows Rows) {
	key, line := m.Key(), m.cursor-m.first
	m.rows = rows
	m.order = m.sorted()
	m.restore(key, line)
}

// Rows returns the rows it shows, nil if there are none yet.
func (m Model) Rows() Rows { return m.rows }

// Len is the number of rows.
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

// row returns the index in Rows of what is shown at a place.
func (m Model) row(place int) int {
	if m.order != nil {
		return m.order[place]
	}
	return place
}

// sorted returns the order asked for; nil is the rows' own.
func (m Model) sorted() []int {
	s, ok := m.rows.(Sorter)
	col := m.columnIndex(m.sortID)
	if !ok || col < 0 || m.columns[col].Sort == SortNone {
		return nil
	}
	o := make([]int, m.rows.Len())
	for i := range o {
		o[i] = i
	}
	slices.SortFunc(o, func(a, b int) int { // stable, and in half the time of a stable sort
		c := s.Compare(col, a, b)
		if m.sortDesc {
			c = -c
		}
		return cmp.Or(c, cmp.Compare(a, b))
	})
	return o
}

// turned returns the order the other way round, in which equal rows keep that of
// Rows too. To sort tens of thousands anew takes longer than a key should.
func (m Model) turned() []int {
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

// restore puts the cursor where it was: on the row with the key, a number of
// lines below the top of the window.
func (m *Model) restore(key string, line int) {
	if !m.held {
		m.cursor, m.first = 0, 0
		m.settle()
		return
	}
	if place := m.find(key); place >= 0 {
		m.cursor = place
		m.first = place - line
	}
	m.settle()
}

// find returns the place of the row with a key, -1 if there is none.
func (m Model) find(key string) int {
	for i := range m.Len() {
		if m.rows.Key(m.row(i)) == key {
			return i
		}
	}
	return -1
}
