package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/terminal"
)

// fleetBinding maps a key to its effect on the screen of a fleet.
type fleetBinding struct {
	key func(tui.KeyMap) key.Binding
	do  func(*FleetModel, tea.KeyPressMsg) tea.Cmd
}

// fleetBindings are the keys of the screen of a fleet.
var fleetBindings = []fleetBinding{
	{func(k tui.KeyMap) key.Binding { return k.Quit }, func(*FleetModel, tea.KeyPressMsg) tea.Cmd { return tea.Quit }},
	{func(k tui.KeyMap) key.Binding { return k.Suspend }, (*FleetModel).suspendProgram},
	{func(k tui.KeyMap) key.Binding { return k.Help }, (*FleetModel).openHelp},
	{func(k tui.KeyMap) key.Binding { return k.Open }, func(m *FleetModel, _ tea.KeyPressMsg) tea.Cmd { return m.openRow() }},
	{func(k tui.KeyMap) key.Binding { return k.Back }, (*FleetModel).goBack},
	{func(k tui.KeyMap) key.Binding { return k.NextPane }, func(m *FleetModel, _ tea.KeyPressMsg) tea.Cmd { return m.goToPane(m.nav.pane + 1) }},
	{func(k tui.KeyMap) key.Binding { return k.PrevPane }, func(m *FleetModel, _ tea.KeyPressMsg) tea.Cmd { return m.goToPane(m.nav.pane - 1) }},
	{func(k tui.KeyMap) key.Binding { return k.Pane }, (*FleetModel).openPane},
	{func(k tui.KeyMap) key.Binding { return k.Filter }, (*FleetModel).openFilter},
	{func(k tui.KeyMap) key.Binding { return k.NextHit }, func(m *FleetModel, _ tea.KeyPressMsg) tea.Cmd { return m.goToHit(true) }},
	{func(k tui.KeyMap) key.Binding { return k.PrevHit }, func(m *FleetModel, _ tea.KeyPressMsg) tea.Cmd { return m.goToHit(false) }},
	{func(k tui.KeyMap) key.Binding { return k.Pause }, (*FleetModel).togglePause},
	{func(k tui.KeyMap) key.Binding { return k.Wider }, func(m *FleetModel, _ tea.KeyPressMsg) tea.Cmd { return valueAction{m.core}.changeWindow(1) }},
	{func(k tui.KeyMap) key.Binding { return k.Narrower }, func(m *FleetModel, _ tea.KeyPressMsg) tea.Cmd { return valueAction{m.core}.changeWindow(-1) }},
	{func(k tui.KeyMap) key.Binding { return k.Export }, (*FleetModel).openSave},
	{func(k tui.KeyMap) key.Binding { return k.Copy }, (*FleetModel).copyView},
	{func(k tui.KeyMap) key.Binding { return k.Bundle }, (*FleetModel).openBundle},
}

// replayKeys move the replays of all members at once.
var replayKeys = []struct {
	key func(tui.KeyMap) key.Binding
	do  func(*session.Player)
}{
	{func(k tui.KeyMap) key.Binding { return k.Play }, (*session.Player).Toggle},
	{func(k tui.KeyMap) key.Binding { return k.StepBack }, func(p *session.Player) { p.Step(-1) }},
	{func(k tui.KeyMap) key.Binding { return k.StepOn }, func(p *session.Player) { p.Step(1) }},
	{func(k tui.KeyMap) key.Binding { return k.Slower }, func(p *session.Player) { p.ChangeSpeed(-1) }},
	{func(k tui.KeyMap) key.Binding { return k.Faster }, func(p *session.Player) { p.ChangeSpeed(1) }},
}

// replay handles a key that moves replays; it returns false for any other, and if the
// members are live.
func (m *FleetModel) replay(msg tea.KeyPressMsg) bool {
	for _, k := range replayKeys {
		if !key.Matches(msg, k.key(m.vc.Keys)) {
			continue
		}
		moved := false
		for _, x := range m.vc.Fleet.Members {
			if s := x.Session(); s != nil && s.Player() != nil {
				k.do(s.Player())
				moved = true
			}
		}
		return moved
	}
	return false
}

// keysOfOne are keys that need a single process.
func keysOfOne(k tui.KeyMap) []key.Binding {
	return []key.Binding{
		k.Evidence, k.SampleType, k.Profile, k.Baseline, k.DropBaseline, k.WebView, k.Collect, k.NameCreators, k.ProveLeaks,
		k.DumpGoroutines, k.Record, k.Pods, k.Zoom, k.Palette, k.ChartCursor, k.ColumnChooser, k.CopyName, k.Editor,
	}
}

// noun returns what the members are called.
func (m *FleetModel) noun(n int) string { return report.FleetNoun(*m.vc.Fleet, n) }

func (m *FleetModel) suspendProgram(tea.KeyPressMsg) tea.Cmd {
	if terminal.CanSuspend() {
		return tea.Suspend
	}
	m.reportStatus(false, "There is no shell to go back to. q quits.")
	return nil
}

func (m *FleetModel) openHelp(tea.KeyPressMsg) tea.Cmd {
	m.overlays.OpenHelp(m.currentPage(), m.nav.stepTitles(), m.layout.body.W, m.layout.body.H)
	return nil
}

// openRow opens what the cursor is on.
func (m *FleetModel) openRow() tea.Cmd {
	if c, ok := m.currentPage().(tui.Chooser); ok {
		return c.Choose()
	}
	if p := m.currentPage().Open(); p != nil {
		return m.openPage(p)
	}
	m.reportStatus(false, "There is nothing to open here.")
	return nil
}

// goBack removes a filter, or goes up one step; on another pane it returns to the first.
func (m *FleetModel) goBack(tea.KeyPressMsg) tea.Cmd {
	if f, ok := m.currentPage().(tui.Filterable); ok && f.Filter() != "" {
		return f.SetFilter("")
	}
	if m.nav.pop() {
		return m.showPage()
	}
	if m.nav.pane > 0 {
		return m.goToPane(0)
	}
	return nil
}

// goToPane shows a pane; those beyond the ends are at the other end.
func (m *FleetModel) goToPane(i int) tea.Cmd {
	n := len(m.nav.panes)
	m.nav.goTo((i + n) % n)
	return m.showPage()
}

func (m *FleetModel) openPane(msg tea.KeyPressMsg) tea.Cmd {
	i := int(msg.String()[0] - '1')
	if i >= len(m.nav.panes) {
		return nil
	}
	return m.goToPane(i)
}

func (m *FleetModel) openFilter(tea.KeyPressMsg) tea.Cmd {
	f, ok := m.currentPage().(tui.FilterablePage)
	if !ok {
		m.reportStatus(false, noFilter)
		return nil
	}
	return m.overlays.OpenFilter(f, m.width)
}

func (m *FleetModel) goToHit(forward bool) tea.Cmd {
	if f, ok := m.currentPage().(tui.Filterable); ok && !f.Next(forward) {
		m.reportStatus(false, "Nothing is searched for: / filters, and n goes to the next hit.")
	}
	return nil
}

func (m *FleetModel) togglePause(tea.KeyPressMsg) tea.Cmd { return valueAction{m.core}.togglePause() }

// routeMouse dispatches a mouse event: to an overlay, a tab or the page. A click on the
// selected row opens it.
func (m *FleetModel) routeMouse(msg tea.MouseMsg) tea.Cmd {
	if m.overlays.Mouse(msg) {
		return nil
	}
	at := msg.Mouse()
	if _, click := msg.(tea.MouseClickMsg); !click {
		return m.currentPage().Update(msg)
	}
	m.status.clear()
	if at.Y == m.layout.tabs && len(m.nav.path) == 0 {
		if i := m.tabAt(at.X); i >= 0 {
			return m.goToPane(i)
		}
		return nil
	}
	if c, ok := m.currentPage().(tui.HasCursor); ok && at.Button == tea.MouseLeft && c.OnCursor(at.X, at.Y) {
		return m.openRow()
	}
	return m.currentPage().Update(msg)
}
