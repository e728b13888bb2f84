package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/pods"
)

// podAction goes on with another pod.
type podAction struct{ *core }

// reloader is a page that asks for what it shows when its key is pressed again.
type reloader interface{ Reload() tea.Cmd }

// open lists the pods to choose another one from.
func (a podAction) open() tea.Cmd {
	c, ok := a.session.Source.(source.Chooser)
	if !ok {
		a.say(false, "This target is one process: there is no other to choose. Pods of a deployment are chosen here.")
		return nil
	}
	if p, ok := a.page().(reloader); ok {
		return p.Reload()
	}
	p := pods.New(a.vc, c, a.switched)
	return tea.Batch(a.core.open(p), p.Reload())
}

// switched leaves the list after a choice; one that failed changes nothing.
func (a podAction) switched(p tui.Page, name string, err error) tea.Cmd {
	if err != nil {
		a.say(true, format.Capitalize(tui.Explain(err))+"; the watch goes on as before")
		return nil
	}
	a.nav.leaveTo(p) // what was opened is of the pod before
	if name != "" {
		a.say(false, "Watching "+name+" now. Nothing is compared across the switch; what was known before stays.")
	}
	return a.show()
}
