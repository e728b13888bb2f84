package table

import "github.com/leaktop/leaktop/ui/format"

// Cursor returns the place of the cursor: 0 is the top row.
func (m Model) Cursor() int { return m.window.cursor }

// Selected returns the index in Rows of the row under the cursor. ok is false if
// there are no rows.
func (m Model) Selected() (row int, ok bool) {
	if m.window.cursor < 0 || m.window.cursor >= m.Len() {
		return 0, false
	}
	return m.content.rowAt(m.window.cursor), true
}

// Key returns the key of the row under the cursor, or "" if there are no rows.
func (m Model) Key() string {
	row, ok := m.Selected()
	if !ok {
		return ""
	}
	return m.content.rows.Key(row)
}

// Select moves the cursor to the row with a key, and reports whether it exists.
func (m *Model) Select(key string) bool {
	place := m.content.findKey(key)
	if place >= 0 {
		m.MoveTo(place)
	}
	return place >= 0
}

// MoveTo moves the cursor to a place, or the nearest one that exists. From then on
// the cursor follows its row; at the top it stays at the top.
func (m *Model) MoveTo(place int) {
	m.window.cursor = place
	m.clampCursor()
	m.followsRow = m.window.cursor > 0
}

// Next moves the cursor to the next row for which hit returns true, forwards or
// backwards, wrapping around. It reports whether there was one.
func (m *Model) Next(forward bool, hit func(row int) bool) bool {
	n := m.Len()
	step := 1
	if !forward {
		step = n - 1
	}
	for i, at := 1, m.window.cursor; i < n; i++ {
		at = (at + step) % n
		if hit(m.content.rowAt(at)) {
			m.MoveTo(at)
			return true
		}
	}
	return false
}

// Visible returns the range of places on screen: first up to, not including, end.
func (m Model) Visible() (first, end int) {
	return m.window.first, min(m.window.first+m.window.bodyHeight(), m.Len())
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
	before := m.window.first
	m.window.first = max(min(m.window.first+by, m.Len()-m.window.bodyHeight()), 0)
	m.window.cursor += m.window.first - before
	m.MoveTo(m.window.cursor)
}

// clampCursor moves the cursor onto an existing row and the window around it.
func (m *Model) clampCursor() {
	m.window.clampCursor(m.Len())
	m.cached.Invalidate()
}
