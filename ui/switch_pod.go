package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/pods"
)

// openPods lists the pods to choose another one from.
func (m *Model) openPods(tea.KeyPressMsg) tea.Cmd {
	c, ok := m.watch.Source.(source.Chooser)
	if !ok {
		m.say(false, "This target is one process: there is no other to choose. Pods of a deployment are chosen here.")
		return nil
	}
	if p, ok := m.page().(*pods.Page); ok {
		return p.Ask()
	}
	p := pods.New(m.vc, c)
	m.path = append(m.path, p)
	return tea.Batch(m.show(), p.Ask())
}

// switched leaves the list after a choice; one that failed changes nothing.
func (m *Model) switched(msg pods.ChosenMsg) tea.Cmd {
	msg.Page.Finished()
	if msg.Err != nil {
		m.say(true, tui.SentenceCase(tui.Explain(msg.Err))+"; the watch goes on as before")
		return nil
	}
	if m.page() == tui.Page(msg.Page) {
		m.path = nil // what was opened is of the pod before
	}
	if msg.Name != "" {
		m.say(false, "Watching "+msg.Name+" now. Nothing is compared across the switch; what was known before stays.")
	}
	return m.show()
}
