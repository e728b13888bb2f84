package overlay

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// ColumnChooser lets the user choose the columns of tables.
type ColumnChooser struct {
	stack   *Stack
	columns []table.Column
	changed func() tea.Cmd
	cursor  int
}

// OpenColumns lists the columns of a table. changed is called after each choice, which
// the context's HiddenColumns has by then.
func (s *Stack) OpenColumns(columns []table.Column, changed func() tea.Cmd) {
	s.Open(&ColumnChooser{stack: s, columns: columns, changed: changed})
}

// Key moves and chooses; q, esc and enter close the list.
func (c *ColumnChooser) Key(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	keys := c.stack.vc.Keys
	switch s := msg.String(); {
	case s == "ctrl+c":
		return tea.Quit, true
	case s == "up" || s == "k":
		c.cursor = max(0, c.cursor-1)
	case s == "down" || s == "j":
		c.cursor = min(len(c.columns)-1, c.cursor+1)
	case s == "space" || s == "x":
		return c.toggle(), true
	case key.Matches(msg, keys.Back), key.Matches(msg, keys.Quit), key.Matches(msg, keys.Open), key.Matches(msg, keys.ColumnChooser):
		c.stack.Close(c)
	}
	return nil, true
}

// toggle hides or shows a column; the first one always stays.
func (c *ColumnChooser) toggle() tea.Cmd {
	col, vc := c.columns[c.cursor], c.stack.vc
	if c.cursor == 0 {
		return nil
	}
	vc.HideColumn(col.ID, !vc.HiddenColumns[col.ID])
	return c.changed()
}

// Mouse does nothing: a click must not reach the page below.
func (c *ColumnChooser) Mouse(tea.MouseMsg) bool { return true }

// Update does nothing.
func (c *ColumnChooser) Update(tea.Msg) tea.Cmd { return nil }

// Lines draws the columns.
func (c *ColumnChooser) Lines(w, h int) []string {
	t := c.stack.vc.Theme
	out := []string{" " + t.Render(theme.Title, "Columns") + t.Render(theme.Dim, "  a narrow screen hides some anyway")}
	for i, col := range c.columns {
		mark := "[x] "
		if c.stack.vc.HiddenColumns[col.ID] {
			mark = "[ ] "
		}
		line := mark + col.Title
		if i == c.cursor {
			out = append(out, t.RenderSelected(theme.Plain, format.Pad(" "+theme.SymbolCursor+" "+line, w)))
		} else {
			out = append(out, "   "+line)
		}
	}
	return tui.Fill(out, w, h)
}

// Footer returns the keys.
func (c *ColumnChooser) Footer(w int) []string {
	return []string{c.stack.keyHints([]key.Binding{
		tui.Bind("space", "show or hide", "space"), tui.Bind("↑↓", "choose", "up", "down"), tui.Bind("esc", "close", "esc"),
	}, w)}
}
