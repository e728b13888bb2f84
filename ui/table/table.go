package table

import (
	"slices"

	"github.com/leaktop/leaktop/ui/memo"
	"github.com/leaktop/leaktop/ui/theme"
)

// Model is a table. Use [New].
type Model struct {
	// KeyMap has the keys that Update handles.
	KeyMap KeyMap

	theme      theme.Theme
	columns    columnSet
	content    content
	window     window
	followsRow bool // the cursor was moved and follows its row
	empty      string
	highlight  func(string) [][]int

	cached memo.View
}

// New returns an unsorted table with columns.
func New(t theme.Theme, columns ...Column) Model {
	m := Model{KeyMap: DefaultKeyMap(), theme: t}
	m.SetColumns(columns...)
	return m
}

// SetTheme changes colors and styles.
func (m *Model) SetTheme(t theme.Theme) {
	m.theme = t
	m.cached.Invalidate()
}

// SetColumns replaces the columns. The sort order is kept if its column still
// exists.
func (m *Model) SetColumns(columns ...Column) {
	m.columns.all = slices.Clone(columns)
	if m.columns.indexOf(m.content.sortID) < 0 {
		m.content.sortID = ""
	}
	m.SetSort(m.content.sortID, m.content.sortDesc)
	m.updateLayout()
}

// Hide hides the columns with the IDs and shows all others.
func (m *Model) Hide(ids ...string) {
	if !slices.Equal(ids, m.columns.hidden) {
		m.columns.hidden = ids
		m.updateLayout()
	}
}

// Columns returns all columns, including those that are not shown.
func (m Model) Columns() []Column { return slices.Clone(m.columns.all) }

// SetSize sets the size of the table, in columns and lines, titles included.
func (m *Model) SetSize(width, height int) {
	if m.window.width == width && m.window.height == height {
		return
	}
	m.window.width, m.window.height = max(width, 0), max(height, 0)
	m.updateLayout()
}

// SetOrigin sets the position of the table's upper left corner on the screen, for
// the mouse.
func (m *Model) SetOrigin(x, y int) { m.window.x, m.window.y = x, y }

// SetEmpty sets the text shown if there are no rows. It may have several lines.
func (m *Model) SetEmpty(text string) {
	if m.empty != text {
		m.empty = text
		m.cached.Invalidate()
	}
}

// SetHighlight sets the function that finds the parts of a cell's text to highlight, in
// columns with Search. It returns byte ranges, as regexp.FindAllStringIndex does. nil
// highlights nothing.
func (m *Model) SetHighlight(find func(text string) [][]int) {
	m.highlight = find
	m.cached.Invalidate()
}

// updateLayout updates the layout of the columns.
func (m *Model) updateLayout() {
	m.columns.layOut(m.window.width)
	m.clampCursor()
}

// SetSort sorts by the column with an ID; "" restores the rows' own order. The
// cursor stays on its row.
func (m *Model) SetSort(id string, desc bool) {
	key, line := m.Key(), m.window.cursor-m.window.first
	m.content.setSort(id, desc, m.columns)
	m.restoreCursor(key, line)
}

// Sort returns the ID of the column that the table is sorted by, "" if none, and
// whether the order is descending.
func (m Model) Sort() (id string, desc bool) { return m.content.sortID, m.content.sortDesc }

// sortAndShowTop sorts at the user's request, and shows the first rows.
func (m *Model) sortAndShowTop(id string, desc bool) {
	m.SetSort(id, desc)
	m.MoveTo(0)
}

// sortNext sorts by the next sortable column on screen.
func (m *Model) sortNext() {
	now := m.columns.indexOf(m.content.sortID)
	best := -1
	for _, s := range m.columns.shown {
		if m.columns.all[s.col].Sort == SortNone {
			continue
		}
		if best < 0 || (best <= now && s.col > now) {
			best = s.col
		}
	}
	if best >= 0 {
		m.sortAndShowTop(m.columns.all[best].ID, m.columns.all[best].Sort == SortDesc)
	}
}

// reverseSort reverses the sort order.
func (m *Model) reverseSort() {
	if m.content.sortID != "" {
		m.sortAndShowTop(m.content.sortID, !m.content.sortDesc)
	}
}

// sortBy sorts by a column, or reverses the order if it is sorted by it already.
func (m *Model) sortBy(col int) {
	c := m.columns.all[col]
	switch {
	case c.Sort == SortNone:
	case c.ID == m.content.sortID:
		m.reverseSort()
	default:
		m.sortAndShowTop(c.ID, c.Sort == SortDesc)
	}
}
