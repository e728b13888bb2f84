package table

import "slices"

// VisibleRows returns the indices of the rows on screen, from the top.
func VisibleRows(m Model) []int {
	first, end := m.Visible()
	out := make([]int, 0, max(end-first, 0))
	for place := first; place < end; place++ {
		out = append(out, m.content.rowAt(place))
	}
	return out
}

// IsShown reports whether the column with an ID is on screen.
func IsShown(m Model, id string) bool {
	return slices.ContainsFunc(m.columns.shown, func(s slot) bool { return m.columns.all[s.col].ID == id })
}
