package table

import "github.com/leaktop/leaktop/ui/format"

// Cursor returns the place of the cursor: 0 is the top row.
func (m Model) Cursor() int { return m.cursor }

// Selected returns the index in Rows of the row under the cursor. ok is false if
// there are no rows.
func (m Model) Selected() (row int, ok bool) {
	if m.cursor < 0 || m.cursor >= m.Len() {
		return 0, false
	}
	return m.rowAt(m.cursor), true
}

// Key returns the key of the row under the cursor, or "" if there are no rows.
func (m Model) Key() string {
	row, ok := m.Selected()
	if !ok {
		return ""
	}
	return m.rows.Key(row)
}

// Select moves the cursor to the row with a key, and reports whether it exists.
func (m *Model) Select(key string) bool {
	place := m.findKey(key)
	if place >= 0 {
		m.MoveTo(place)
	}
	return place >= 0
}

// MoveTo moves the cursor to a place, or the nearest one that exists. From then on
// the cursor follows its row; at the top it stays at the top.
func (m *Model) MoveTo(place int) {
	m.cursor = place
	m.clampCursor()
	m.followsRow = m.cursor > 0
}

// Next moves the cursor to the next row for which hit returns true, forwards or
// backwards, wrapping around. It reports whether there was one.
func (m *Model) Next(forward bool, hit func(row int) bool) bool {
	n := m.Len()
	step := 1
	if !forward {
		step = n - 1
	}
	for i, at := 1, m.cursor; i < n; i++ {
		at = (at + step) % n
		if hit(m.rowAt(at)) {
			m.MoveTo(at)
			return true
		}
	}
	return false
}

// Visible returns the range of places on screen: first up to, not including, end.
func (m Model) Visible() (first, end int) {
	return m.first, min(m.first+m.bodyHeight(), m.Len())
}

// Position describes the rows on screen, as "12–31 of 4,812"; "" if there are
// none.
func (m Model) Position() string {
	first, end := m.Visible()
	if end <= first {
		return ""
	}
	return format.Count(first+1) + "–" + format.Count(end) + " of " + format.Count(m.Len())
}

// scrollBy moves the window and the cursor by a number of rows.
func (m *Model) scrollBy(by int) {
	before := m.first
	m.first = max(min(m.first+by, m.Len()-m.bodyHeight()), 0)
	m.cursor += m.first - before
	m.MoveTo(m.cursor)
}

// clampCursor moves the cursor onto an existing row and the window around it.
func (m *Model) clampCursor() {
	n, h := m.Len(), max(m.bodyHeight(), 1)
	m.cursor = max(min(m.cursor, n-1), 0)
	m.first = min(m.first, m.cursor, max(n-h, 0))
	m.first = max(m.first, m.cursor-h+1, 0)
	m.cached.Invalidate()
}

// bodyHeight returns the number of lines for rows.
func (m Model) bodyHeight() int { return m.height - m.headerHeight() }

// headerHeight returns the number of lines for titles: none if there is only one line.
func (m Model) headerHeight() int {
	if m.height < 2 {
		return 0
	}
	return 1
}
