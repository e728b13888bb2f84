package tuitest

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/tui"
)

// Blank is a page with nothing on it, which has a filter.
type Blank struct{}

// Title returns the name of the page.
func (Blank) Title() string { return "Blank" }

// Resize does nothing.
func (Blank) Resize(tui.Rect) {}

// Refresh does nothing.
func (Blank) Refresh(bool) tea.Cmd { return nil }

// Update does nothing.
func (Blank) Update(tea.Msg) tea.Cmd { return nil }

// View returns empty.
func (Blank) View() string { return "" }

// Open leads nowhere.
func (Blank) Open() tui.Page { return nil }

// Hints returns none.
func (Blank) Hints() []key.Binding { return nil }

// Help returns none.
func (Blank) Help() []string { return nil }

// Position returns empty.
func (Blank) Position() string { return "" }

// SetFilter does nothing.
func (Blank) SetFilter(string) tea.Cmd { return nil }

// Filter returns empty.
func (Blank) Filter() string { return "" }

// Next finds nothing.
func (Blank) Next(bool) bool { return false }
