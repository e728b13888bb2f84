package table

import (
	"slices"

	"github.com/leaktop/leaktop/ui/theme"
)

// Model is a table. Use [New].
type Model struct {
	// KeyMap is the keys that Update listens to.
	KeyMap KeyMap

	theme     theme.Theme
	columns   []Column
	shown     []slot
	rows      Rows
	order     []int // places to rows; nil is the rows' own order
	empty     string
	highlight func(string) [][]int

	sortID   string
	sortDesc bool

	width, height int
	x, y          int // of the table on the screen, for the mouse

	first, cursor int  // places: of the window's top, of the cursor
	held          bool // the cursor was moved, and keeps to its row

	version int
	cache   *cache
}

// cache is the last view, shared by copies of a Model. Versions are given out
// by it, so that two copies that went apart have different ones.
type cache struct {
	next, version int
	view          string
}

// New makes a table of columns, sorted by none of them.
func New(t theme.Theme, columns ...Column) Model {
	m := Model{KeyMap: DefaultKeyMap(), theme: t, cache: &cache{}}
	m.SetColumns(columns...)
	return m
}

// changed makes the next View draw anew.
func (m *Model) changed() {
	m.cache.next++
	m.version = m.cache.next
}

// SetTheme changes colours and styles.
func (m *Model) SetTheme(t theme.Theme) {
	m.theme = t
	m.changed()
}

// SetColumns changes the columns. The sort order stays if its column is still
// there.
func (m *Model) SetColumns(columns ...Column) {
	m.columns = slices.Clone(columns)
	if m.columnIndex(m.sortID) < 0 {
		m.sortID = ""
	}
	m.SetSort(m.sortID, m.sortDesc)
	m.place()
}

// Columns returns all columns, also those for which there is no room.
func (m Model) Columns() []Column { return slices.Clone(m.columns) }

// SetSize gives the table its room on the screen, the line of titles included.
func (m *Model) SetSize(width, height int) {
	if m.width == width && m.height == height {
		return
	}
	m.width, m.height = max(width, 0), max(height, 0)
	m.place()
}

// SetOrigin tells where on the screen the table's upper left corner is, for
// the mouse.
func (m *Model) SetOrigin(x, y int) { m.x, m.y = x, y }

// SetEmpty sets what is said where there are no rows. It may have several lines.
func (m *Model) SetEmpty(text string) {
	if m.empty != text {
		m.empty = text
		m.changed()
	}
}

// SetHighlight sets what finds the pieces of a cell to mark: it returns their
// beginnings and ends in bytes, as FindAllStringIndex of package regexp does.
// nil marks nothing. It is asked for cells of columns with Search.
func (m *Model) SetHighlight(find func(text string) [][]int) {
	m.highlight = find
	m.changed()
}

// place lays the columns out anew.
func (m *Model) place() {
	m.shown = layout(m.columns, m.width)
	m.settle()
}

// SetSort sorts by the column with an ID; "" is the rows' own order.
func (m *Model) SetSort(id string, desc bool) {
	key, line := m.Key(), m.cursor-m.first
	m.sortID, m.sortDesc = id, desc
	m.order = m.sorted()
	m.restore(key, line)
}

// Sort returns the ID of the column it is sorted by, "" if none, and whether
// the largest come first.
func (m Model) Sort() (id string, desc bool) { return m.sortID, m.sortDesc }

// sortNext sorts by the next column that can be seen and sorted by.
func (m *Model) sortNext() {
	now := m.columnIndex(m.sortID)
	best := -1
	for _, s := range m.shown {
		if m.columns[s.col].Sort == SortNone {
			continue
		}
		if best < 0 || (best <= now && s.col > now) {
			best = s.col
		}
	}
	if best >= 0 {
		m.SetSort(m.columns[best].ID, m.columns[best].Sort == SortDesc)
	}
}

// sortBy sorts by a column, and the other way round when it is so already.
func (m *Model) sortBy(col int) {
	c := m.columns[col]
	switch {
	case c.Sort == SortNone:
	case c.ID == m.sortID:
		m.SetSort(c.ID, !m.sortDesc)
	default:
		m.SetSort(c.ID, c.Sort == SortDesc)
	}
}

func (m Model) columnIndex(id string) int {
	if id == "" {
		return -1
	}
	return slices.IndexFunc(m.columns, func(c Column) bool { return c.ID == id })
}
