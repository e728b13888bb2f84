package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/terminal"
)

// openRow opens the row under the cursor, or does what enter does on other kinds of
// pages.
func (m *Model) openRow() tea.Cmd {
	if z, ok := m.currentPage().(tui.Zoomable); ok && z.ZoomIn() {
		return nil
	}
	if c, ok := m.currentPage().(tui.Chooser); ok {
		return c.Choose()
	}
	if p := m.currentPage().Open(); p != nil {
		return m.openPage(p)
	}
	if p, ok := m.currentPage().(tui.HasMoment); ok {
		if at, text, ok := p.Moment(); ok {
			cmd := m.actions.moments.openCursor(at)
			m.reportStatus(false, text)
			return cmd
		}
	}
	text := "There is nothing to open here."
	if len(m.nav.path) > 0 {
		text = "This is as deep as it goes; esc goes back."
	}
	if i, ok := m.currentPage().(tui.HasNoOpenText); ok {
		text = i.Instead()
	}
	m.reportStatus(false, text)
	return nil
}

// openSandwich opens the page of a flame graph's function; on other pages it does not
// handle the key.
func (m *Model) openSandwich(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	p, ok := m.currentPage().(interface{ Sandwich() tui.Page })
	if !ok || msg.String() != "s" {
		return nil, false
	}
	if page := p.Sandwich(); page != nil {
		return m.openPage(page), true
	}
	m.reportStatus(false, "There is no function under the cursor: move to one.")
	return nil, true
}

// goBack goes up one step, after removing a filter or zooming out. On a pane it
// returns to the heap from another profile, then to the fleet.
func (m *Model) goBack(tea.KeyPressMsg) tea.Cmd {
	if cmd, had := m.moves.dropFilter(); had {
		return cmd
	}
	if z, ok := m.currentPage().(tui.Zoomable); ok && z.ZoomOut() {
		return nil
	}
	if m.nav.pop() {
		return m.showPage()
	}
	if cmd, had := m.actions.moments.dropRange(); had {
		return cmd
	}
	if m.vc.Kind != profile.Heap {
		return m.actions.values.chooseKind(profile.Heap)
	}
	if m.fleet != nil {
		return m.fleet.leave()
	}
	return nil
}

// moveAction moves between panes and rows, on the view of one process and on a list of
// several.
type moveAction struct{ *core }

// goToPane shows the pane with a number, if it exists.
func (a moveAction) goToPane(i int) tea.Cmd {
	if !a.nav.goTo(i) {
		return nil
	}
	return a.showPage()
}

// turnPane goes to the next pane (1) or the previous one (-1), cyclically.
func (a moveAction) turnPane(step int) tea.Cmd {
	n := len(a.nav.panes)
	return a.goToPane((a.nav.pane + step + n) % n)
}

// openPane shows the pane whose number was pressed.
func (a moveAction) openPane(msg tea.KeyPressMsg) tea.Cmd {
	return a.goToPane(int(msg.String()[0] - '1'))
}

// noFilter is the status after / or n on a page without rows.
const noFilter = "This page has no rows to filter."

// openFilter opens the prompt for the page's filter.
func (a moveAction) openFilter() tea.Cmd {
	f, ok := a.currentPage().(tui.FilterablePage)
	if !ok {
		a.reportStatus(false, noFilter)
		return nil
	}
	return a.overlays.OpenFilter(f, a.width)
}

// goToHit goes to the next or the previous match of the filter.
func (a moveAction) goToHit(forward bool) tea.Cmd {
	switch f, ok := a.currentPage().(tui.Filterable); {
	case !ok:
		a.reportStatus(false, noFilter)
	case !f.Next(forward):
		a.reportStatus(false, "There is no filter: / sets one, and n goes to the next match.")
	}
	return nil
}

// dropFilter removes the filter of the page; it returns false if there is none.
func (a moveAction) dropFilter() (tea.Cmd, bool) {
	if f, ok := a.currentPage().(tui.Filterable); ok && f.Filter() != "" {
		return f.SetFilter(""), true
	}
	return nil, false
}

// suspendProgram returns to the shell, if there is one.
func (a moveAction) suspendProgram() tea.Cmd {
	if terminal.CanSuspend() {
		return tea.Suspend
	}
	a.reportStatus(false, "There is no shell to go back to. q quits.")
	return nil
}

// routeMouse dispatches a mouse event: to an overlay, a tab, the verdict, or the
// page. A click on the selected row opens it, and so does a double click on any
// other.
func (m *Model) routeMouse(msg tea.MouseMsg) tea.Cmd {
	if m.overlays.Mouse(msg) {
		return nil
	}
	if _, click := msg.(tea.MouseClickMsg); !click {
		return m.currentPage().Update(msg)
	}
	return m.routeClick(msg)
}

// routeClick dispatches a click.
func (m *Model) routeClick(msg tea.MouseMsg) tea.Cmd {
	at := msg.Mouse()
	m.status.clear() // like a key press
	if t, ok := m.overview.TimeAt(at.X, at.Y); ok && at.Button == tea.MouseLeft {
		return m.actions.moments.openCursor(t)
	}
	if m.layout.detail.W > 0 && at.X >= m.layout.detail.X && at.Y >= m.layout.body.Y && at.Y < m.layout.footer {
		return m.actions.evidence.openEvidence()
	}
	m.vc.Untouched = false
	if at.Y == m.layout.tabs && len(m.nav.path) == 0 {
		return m.moves.goToPane(m.tabAt(at.X))
	}
	if at.Y >= m.layout.suspects.Y && at.Y < m.layout.tabs {
		return m.actions.evidence.explainLine(at.Y - m.layout.suspects.Y)
	}
	if c, ok := m.currentPage().(tui.HasCursor); ok && at.Button == tea.MouseLeft && c.OnCursor(at.X, at.Y) {
		return m.openRow()
	}
	return m.currentPage().Update(msg)
}
