package table

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// wheelRows is the number of rows that one notch of the mouse wheel scrolls.
const wheelRows = 3

// Update handles keys and the mouse: it moves the cursor, scrolls and sorts.
func (m Model) Update(msg tea.Msg) (Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		m.handleKey(msg)
	case tea.MouseClickMsg:
		if msg.Button == tea.MouseLeft {
			m.handleClick(msg.X, msg.Y)
		}
	case tea.MouseWheelMsg:
		m.handleWheel(msg)
	}
	return m, nil
}

func (m *Model) handleKey(msg tea.KeyPressMsg) {
	k, page := m.KeyMap, max(m.window.bodyHeight(), 1)
	switch {
	case key.Matches(msg, k.Up):
		m.MoveTo(m.window.cursor - 1)
	case key.Matches(msg, k.Down):
		m.MoveTo(m.window.cursor + 1)
	case key.Matches(msg, k.PageUp):
		m.MoveTo(m.window.cursor - page)
	case key.Matches(msg, k.PageDown):
		m.MoveTo(m.window.cursor + page)
	case key.Matches(msg, k.HalfUp):
		m.MoveTo(m.window.cursor - max(page/2, 1))
	case key.Matches(msg, k.HalfDown):
		m.MoveTo(m.window.cursor + max(page/2, 1))
	case key.Matches(msg, k.Top):
		m.MoveTo(0)
	case key.Matches(msg, k.Bottom):
		m.MoveTo(m.Len() - 1)
	case key.Matches(msg, k.SortNext):
		m.sortNext()
	case key.Matches(msg, k.SortReverse):
		m.reverseSort()
	}
}

// Hit is the part of the table at a point of the screen.
type Hit struct {
	Header bool // a title, not a row
	Place  int  // place of the row; 0 for a title
	Column int  // index in the columns; -1 if there is none
}

// At returns the part of the table at a point of the screen. ok is false if the
// point is neither on a title nor on a row.
func (m Model) At(x, y int) (s Hit, ok bool) {
	x, y = x-m.window.x, y-m.window.y
	if x < 0 || x >= m.window.width || y < 0 || y >= m.window.height {
		return Hit{}, false
	}
	s = Hit{Column: -1}
	for _, c := range m.columns.shown {
		if x >= c.x-1 && x <= c.x+c.width { // half the gap belongs to it
			s.Column = c.col
		}
	}
	if y < m.window.headerHeight() {
		s.Header = true
		return s, true
	}
	s.Place = m.window.first + y - m.window.headerHeight()
	return s, s.Place < m.Len()
}

func (m *Model) handleClick(x, y int) {
	s, ok := m.At(x, y)
	switch {
	case !ok:
	case !s.Header:
		m.MoveTo(s.Place)
	case s.Column >= 0:
		m.sortBy(s.Column)
	}
}

func (m *Model) handleWheel(msg tea.MouseWheelMsg) {
	if _, ok := m.At(msg.X, msg.Y); !ok {
		return
	}
	switch msg.Button {
	case tea.MouseWheelUp:
		m.scrollBy(-wheelRows)
	case tea.MouseWheelDown:
		m.scrollBy(wheelRows)
	}
}
