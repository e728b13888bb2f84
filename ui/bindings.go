package ui

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/tui"
)

// binding maps a key to its effect on every page. The palette lists it by its name; a
// binding with an empty name is not listed.
type binding struct {
	name string
	key  func(tui.KeyMap) key.Binding
	do   func(*Model, tea.KeyPressMsg) tea.Cmd
}

// bindings are the keys that work on every page.
var bindings = []binding{
	{"help", func(k tui.KeyMap) key.Binding { return k.Help }, (*Model).openHelp},
	{"open", func(k tui.KeyMap) key.Binding { return k.Open }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.openRow() }},
	{"back", func(k tui.KeyMap) key.Binding { return k.Back }, (*Model).goBack},
	{"next-pane", func(k tui.KeyMap) key.Binding { return k.NextPane }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.moves.turnPane(1) }},
	{"previous-pane", func(k tui.KeyMap) key.Binding { return k.PrevPane }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.moves.turnPane(-1) }},
	{"", func(k tui.KeyMap) key.Binding { return k.Pane }, func(m *Model, msg tea.KeyPressMsg) tea.Cmd { return m.moves.openPane(msg) }},
	{"", func(k tui.KeyMap) key.Binding { return k.Palette }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.openPalette() }},
	{"cursor", func(k tui.KeyMap) key.Binding { return k.ChartCursor }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.actions.moments.openCursor(time.Time{}) }},
	{"columns", func(k tui.KeyMap) key.Binding { return k.ColumnChooser }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.appearance.openColumns() }},
	{"zoom", func(k tui.KeyMap) key.Binding { return k.Zoom }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.toggleZoom() }},
	{"copy-line", func(k tui.KeyMap) key.Binding { return k.CopyName }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.actions.sourceLine.copySourceLine() }},
	{"edit", func(k tui.KeyMap) key.Binding { return k.Editor }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.actions.sourceLine.openEditor() }},
	{"why", func(k tui.KeyMap) key.Binding { return k.Evidence }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.actions.evidence.openEvidence() }},
	{"filter", func(k tui.KeyMap) key.Binding { return k.Filter }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.moves.openFilter() }},
	{"next-hit", func(k tui.KeyMap) key.Binding { return k.NextHit }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.moves.goToHit(true) }},
	{"previous-hit", func(k tui.KeyMap) key.Binding { return k.PrevHit }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.moves.goToHit(false) }},
	{"type", func(k tui.KeyMap) key.Binding { return k.SampleType }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.actions.values.nextType() }},
	{"profiles", func(k tui.KeyMap) key.Binding { return k.Profile }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.actions.fetch.openMenu() }},
	{"baseline", func(k tui.KeyMap) key.Binding { return k.Baseline }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.actions.baseline.setBaseline() }},
	{"drop-baseline", func(k tui.KeyMap) key.Binding { return k.DropBaseline }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.actions.baseline.dropBaseline() }},
	{"pause", func(k tui.KeyMap) key.Binding { return k.Pause }, (*Model).togglePause},
	{"wider", func(k tui.KeyMap) key.Binding { return k.Wider }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.actions.values.changeWindow(1) }},
	{"narrower", func(k tui.KeyMap) key.Binding { return k.Narrower }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.actions.values.changeWindow(-1) }},
	{"export", func(k tui.KeyMap) key.Binding { return k.Export }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.actions.export.openSave() }},
	{"copy", func(k tui.KeyMap) key.Binding { return k.Copy }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.actions.export.copyView() }},
	{"bundle", func(k tui.KeyMap) key.Binding { return k.Bundle }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.actions.export.openBundle() }},
	{"web", func(k tui.KeyMap) key.Binding { return k.WebView }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.actions.web.toggleWebView() }},
	{"collect", func(k tui.KeyMap) key.Binding { return k.Collect }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.actions.probe.collectGarbage() }},
	{"trace", func(k tui.KeyMap) key.Binding { return k.NameCreators }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.actions.probe.nameCreators() }},
	{"prove", func(k tui.KeyMap) key.Binding { return k.ProveLeaks }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.actions.probe.proveLeaks() }},
	{"dump", func(k tui.KeyMap) key.Binding { return k.DumpGoroutines }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.actions.probe.dumpAll() }},
	{"record", func(k tui.KeyMap) key.Binding { return k.Record }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.actions.recording.toggleRecording() }},
	{"pods", func(k tui.KeyMap) key.Binding { return k.Pods }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.actions.pods.openPods() }},
	{"quit", func(k tui.KeyMap) key.Binding { return k.Quit }, (*Model).quitOrClose},
	{"suspend", func(k tui.KeyMap) key.Binding { return k.Suspend }, func(m *Model, _ tea.KeyPressMsg) tea.Cmd { return m.moves.suspendProgram() }},
}

// togglePause freezes the screen, or resumes.
func (m *Model) togglePause(tea.KeyPressMsg) tea.Cmd {
	cmd := m.actions.values.togglePause()
	m.actions.baseline.checkLost()
	return cmd
}

// quitOrClose quits, or closes the page if it is a menu.
func (m *Model) quitOrClose(msg tea.KeyPressMsg) tea.Cmd {
	if _, menu := m.currentPage().(tui.Chooser); menu && msg.String() != "ctrl+c" {
		return m.goBack(msg)
	}
	return tea.Quit
}

func (m *Model) openHelp(tea.KeyPressMsg) tea.Cmd {
	m.overlays.OpenHelp(m.currentPage(), m.nav.stepTitles(), m.width, m.layout.body.H)
	return nil
}
