// Package fleet has the panes about several processes: all of them side by side, what
// leaks and in how many of them, and what is odd about one.
package fleet

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// Opener opens the view of the member with an ID.
type Opener func(id string) tea.Cmd

// Members is the pane with a row for each process.
type Members struct {
	*list.List[*Row]
	open  Opener
	room  tui.Rect
	lines int // about the selected row
}

// NewMembers makes the first pane of a fleet.
func NewMembers(vc *tui.ViewContext, open Opener) *Members {
	return &Members{open: open, List: list.New(vc, list.Spec[*Row]{
		Name: "Fleet", Empty: "Looking for processes to watch.",
		Columns: memberColumns(), Rows: makeRows, Hide: hideEmpty,
		About: []string{
			"All processes side by side, the most suspicious first: those that leak, the fastest first; then those that may leak, those that grow or have long been undecided, those that do not answer, and those that restarted. Those that are gone come last, as last seen.",
			"enter opens one as if it were watched alone, with its own history; esc returns here.",
		},
	})}
}

// Choose opens the member under the cursor.
func (m *Members) Choose() tea.Cmd {
	if r, ok := m.Selected(); ok {
		return m.open(r.Key)
	}
	return nil
}

// Hints implements [tui.Page].
func (m *Members) Hints() []key.Binding { return fleetHints(m.Context()) }

// fleetHints returns the keys of all panes of a fleet.
func fleetHints(vc *tui.ViewContext) []key.Binding {
	k := vc.Keys
	if _, ok := vc.Fleet.Replay(); ok {
		return []key.Binding{k.Open, tui.Bind("space", "play", "space"), tui.Bind(", .", "step", ",", "."), tui.Bind("[ ]", "events", "[", "]"), k.Filter, list.SortHint, k.Export}
	}
	return []key.Binding{k.Open, k.Filter, list.SortHint, k.Export, k.Pause}
}
