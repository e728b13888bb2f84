package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/terminal"
)

// machineBinding maps a key to its effect on the list of processes.
type machineBinding struct {
	key func(tui.KeyMap) key.Binding
	do  func(*MachineModel) tea.Cmd
}

// machineBindings are the keys of the list of processes.
var machineBindings = []machineBinding{
	{func(k tui.KeyMap) key.Binding { return k.Quit }, func(*MachineModel) tea.Cmd { return tea.Quit }},
	{func(k tui.KeyMap) key.Binding { return k.Suspend }, (*MachineModel).suspendProgram},
	{func(k tui.KeyMap) key.Binding { return k.Help }, (*MachineModel).openHelp},
	{func(k tui.KeyMap) key.Binding { return k.Open }, (*MachineModel).openRow},
	{func(k tui.KeyMap) key.Binding { return k.Back }, (*MachineModel).dropFilter},
	{func(k tui.KeyMap) key.Binding { return k.Filter }, (*MachineModel).openFilter},
	{func(k tui.KeyMap) key.Binding { return k.NextHit }, func(m *MachineModel) tea.Cmd { return m.goToHit(true) }},
	{func(k tui.KeyMap) key.Binding { return k.PrevHit }, func(m *MachineModel) tea.Cmd { return m.goToHit(false) }},
	{func(k tui.KeyMap) key.Binding { return k.Pause }, func(m *MachineModel) tea.Cmd { return valueAction{m.core}.togglePause() }},
}

func (m *MachineModel) suspendProgram() tea.Cmd {
	if terminal.CanSuspend() {
		return tea.Suspend
	}
	m.reportStatus(false, "There is no shell to go back to. q quits.")
	return nil
}

func (m *MachineModel) openHelp() tea.Cmd {
	m.overlays.OpenHelp(m.currentPage(), m.nav.stepTitles(), m.layout.body.W, m.layout.body.H)
	return nil
}

// openRow opens the process under the cursor.
func (m *MachineModel) openRow() tea.Cmd {
	if c, ok := m.currentPage().(tui.Chooser); ok {
		return c.Choose()
	}
	return nil
}

// dropFilter removes the filter.
func (m *MachineModel) dropFilter() tea.Cmd {
	if f, ok := m.currentPage().(tui.Filterable); ok && f.Filter() != "" {
		return f.SetFilter("")
	}
	m.reportStatus(false, "q quits.")
	return nil
}

func (m *MachineModel) openFilter() tea.Cmd {
	f, ok := m.currentPage().(tui.FilterablePage)
	if !ok {
		return nil
	}
	return m.overlays.OpenFilter(f, m.width)
}

func (m *MachineModel) goToHit(forward bool) tea.Cmd {
	if f, ok := m.currentPage().(tui.Filterable); ok && !f.Next(forward) {
		m.reportStatus(false, "Nothing is searched for: / filters, and n goes to the next hit.")
	}
	return nil
}

// routeMouse dispatches a mouse event. A click on the selected row opens it.
func (m *MachineModel) routeMouse(msg tea.MouseMsg) tea.Cmd {
	if m.overlays.Mouse(msg) {
		return nil
	}
	at := msg.Mouse()
	if _, click := msg.(tea.MouseClickMsg); click {
		m.status.clear()
		if c, ok := m.currentPage().(tui.HasCursor); ok && at.Button == tea.MouseLeft && c.OnCursor(at.X, at.Y) {
			return m.openRow()
		}
	}
	return m.currentPage().Update(msg)
}
