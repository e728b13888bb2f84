package ui

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/pods"
)

// podAction switches to another pod.
type podAction struct{ *core }

// openPods lists the pods to switch to; from the list it opens all of them side by side.
func (a podAction) openPods() tea.Cmd {
	c, ok := a.session.Source.(source.PodChooser)
	if !ok {
		a.reportStatus(false, "This target is one process, so there is no other pod to choose.")
		return nil
	}
	if p, ok := a.currentPage().(*pods.Page); ok {
		return p.ChooseAll()
	}
	p := pods.New(a.vc, c, a.finishSwitch, a.status.later)
	return tea.Batch(a.core.openPage(p), p.Reload())
}

// finishSwitch closes the list after a choice; a failed switch changes nothing.
func (a podAction) finishSwitch(p tui.Page, name string, err error) tea.Cmd {
	if errors.Is(err, pods.ErrAll) {
		a.wantsAll = true
		return tea.Quit
	}
	if err != nil {
		a.reportStatus(true, format.Capitalize(tui.Explain(err))+"; still watching the same pod")
		return nil
	}
	a.vc.Paused, a.held = false, nil
	a.nav.leaveTo(p) // pages opened before are of the previous pod
	if name != "" {
		a.reportStatus(false, "Watching "+name+" now. Values are not compared across the switch; the earlier history is kept.")
	}
	return a.showPage()
}
