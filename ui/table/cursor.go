package table

import "github.com/leaktop/leaktop/ui/format"

// Cursor returns the place of the cursor, 0 for the row at the top.
func (m Model) Cursor() int { return m.cursor }

// Selected returns the index in Rows of the row under the cursor, and false if
// there is no row.
func (m Model) Selected() (row int, ok bool) {
	if m.cursor < 0 || m.cursor >= m.Len() {
		return 0, false
	}
	return m.row(m.cursor), true
}

// Key returns the key of the row under the cursor, "" if there is no row.
func (m Model) Key() string {
	row, ok := m.Selected()
	if !ok {
		return ""
	}
	return m.rows.Key(row)
}

// Select puts the cursor on the row with a key, and says whether there is one.
func (m *Model) Select(key string) bool {
	place := m.find(key)
	if place >= 0 {
		m.MoveTo(place)
	}
	return place >= 0
}

// MoveTo puts the cursor at a place, the nearest there is. The cursor keeps to
// the row it is on from here on, except at the top, where it keeps to the top.
func (m *Model) MoveTo(place int) {
	m.cursor = place
	m.settle()
	m.held = m.cursor > 0
}

// Next moves the cursor to the next row for which hit says so, forwards or
// backwards, and round the end. It says whether there was another one.
func (m *Model) Next(forward bool, hit func(row int) bool) bool {
	n := m.Len()
	step := 1
	if !forward {
		step = n - 1
	}
	for i, at := 1, m.cursor; i < n; i++ {
		at = (at + step) % n
		if hit(m.row(at)) {
			m.MoveTo(at)
			return true
		}
	}
	return false
}

// Visible returns the places shown, from first up to but not with end.
func (m Model) Visible() (first, end int) {
	return m.first, min(m.first+m.body(), m.Len())
}

// Position says which rows are on screen: "12–31 of 4,812"; "" if there are none.
func (m Model) Position() string {
	first, end := m.Visible()
	if end <= first {
		return ""
	}
	return format.Count(first+1) + "–" + format.Count(end) + " of " + format.Count(m.Len())
}

// scroll moves the window by a number of rows, and takes the cursor along where
// it would be left outside.
func (m *Model) scroll(by int) {
	before := m.first
	m.first = max(min(m.first+by, m.Len()-m.body()), 0)
	m.cursor += m.first - before
	m.MoveTo(m.cursor)
}

// settle keeps the cursor on a row and the window around it.
func (m *Model) settle() {
	n, h := m.Len(), max(m.body(), 1)
	m.cursor = max(min(m.cursor, n-1), 0)
	m.first = min(m.first, m.cursor, max(n-h, 0))
	m.first = max(m.first, m.cursor-h+1, 0)
	m.view.Changed()
}

// body is the number of lines for rows.
func (m Model) body() int { return m.height - m.header() }

// header is the number of lines for the titles: none where a row needs it more.
func (m Model) header() int {
	if m.height < 2 {
		return 0
	}
	return 1
}
