package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/source/session"
)

// baselineAction sets and drops the baseline. It does so in commands, because the
// history may be locked while a profile is added.
type baselineAction struct {
	*core
	queue []bool // pending requests: true sets the baseline, false drops it; the first is in progress
}

// baselineMsg reports that a baseline was set or dropped.
type baselineMsg struct {
	action *baselineAction
	set    bool // else it was dropped
	failed bool // there is no profile yet
	state  session.State
}

func (a *baselineAction) setBaseline() tea.Cmd {
	_, _ = (momentAction{a.core}).dropRange()
	return a.enqueue(true)
}

func (a *baselineAction) dropBaseline() tea.Cmd {
	if cmd, had := (momentAction{a.core}).dropRange(); had {
		return cmd
	}
	if !a.vc.Baseline && len(a.queue) == 0 {
		a.reportStatus(false, "There is no baseline to drop; b sets one.")
		return nil
	}
	return a.enqueue(false)
}

// enqueue sets or drops the baseline. Requests are queued to keep their order,
// since commands run concurrently.
func (a *baselineAction) enqueue(set bool) tea.Cmd {
	a.queue = append(a.queue, set)
	if len(a.queue) > 1 {
		return nil // it runs after the others
	}
	return a.runFirst()
}

func (a *baselineAction) runFirst() tea.Cmd {
	w, at, set := a.session, a.now(), a.queue[0]
	return func() tea.Msg {
		msg := baselineMsg{action: a, set: set}
		if set {
			msg.failed = !w.SetBaseline(at)
		} else {
			w.DropBaseline()
		}
		msg.state = w.State()
		return msg
	}
}

// Apply tells the user what the values mean from now on.
func (m baselineMsg) Apply() tea.Cmd {
	a := m.action
	var next tea.Cmd
	if a.queue = a.queue[1:]; len(a.queue) > 0 {
		next = a.runFirst()
	}
	switch {
	case m.failed:
		a.status.setWhile(func() bool { return len(a.vc.State.Heap)+len(a.vc.State.Goroutines) == 0 }, "There is no profile yet to use as the baseline.")
		return next
	case m.set:
		a.reportStatus(false, "Baseline set: values and growth are relative to this moment. B drops it.")
	default:
		a.reportStatus(false, "Baseline dropped: values are absolute again.")
	}
	if !a.adoptState(m.state) {
		return next // the replay has moved on: its next state brings the baseline
	}
	a.vc.Baseline = m.set
	a.checkLost()
	return tea.Batch(next, a.refreshAll())
}

// checkLost tells the user if the baseline was lost with its process.
func (a *baselineAction) checkLost() {
	if a.vc.Baseline && len(a.queue) == 0 && !a.vc.Range.IsSet() && a.vc.History.Baseline().IsZero() {
		a.vc.Baseline = false
		a.reportStatus(false, "The process restarted, so its baseline is gone: values are absolute again.")
	}
}
