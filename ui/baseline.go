package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/source/session"
)

// baselineMsg says that a baseline was set or dropped. A command does it, since
// the history may be busy with a profile.
type baselineMsg struct {
	set    bool // else it was dropped
	failed bool // there is no profile yet
	state  session.State
}

func (m *Model) setBaseline(tea.KeyPressMsg) tea.Cmd { return m.askBaseline(true) }

func (m *Model) dropBaseline(tea.KeyPressMsg) tea.Cmd {
	if !m.vc.Baseline && len(m.rebasing) == 0 {
		m.say(false, "There is no baseline to drop; b sets one.")
		return nil
	}
	return m.askBaseline(false)
}

// askBaseline sets or drops the baseline, in the order of the keys: commands run
// side by side.
func (m *Model) askBaseline(set bool) tea.Cmd {
	m.rebasing = append(m.rebasing, set)
	if len(m.rebasing) > 1 {
		return nil // its turn comes
	}
	return m.rebase()
}

// rebase does the first of what was asked of the baseline.
func (m *Model) rebase() tea.Cmd {
	w, at, set := m.watch, m.now(), m.rebasing[0]
	return func() tea.Msg {
		msg := baselineMsg{set: set}
		if set {
			msg.failed = !w.SetBaseline(at)
		} else {
			w.DropBaseline()
		}
		msg.state = w.State()
		return msg
	}
}

func (m *Model) baselined(msg baselineMsg) tea.Cmd {
	var next tea.Cmd
	if m.rebasing = m.rebasing[1:]; len(m.rebasing) > 0 {
		next = m.rebase()
	}
	switch {
	case msg.failed:
		m.say(true, "No profile has come yet that could be the baseline.")
		return next
	case msg.set:
		m.say(false, "Baseline set: values are differences to now, growth is since now. B drops it.")
	default:
		m.say(false, "Baseline dropped: values are absolute again.")
	}
	if msg.state.Moment != m.vc.State.Moment {
		return next // of a replay that went on: the state that shows it brings its baseline
	}
	if msg.state.Revision > m.vc.State.Revision {
		m.setState(msg.state)
	}
	m.vc.Baseline = msg.set
	m.loseBaseline()
	return tea.Batch(next, m.refreshAll())
}

// loseBaseline says so where the baseline went with the process that it was of.
func (m *Model) loseBaseline() {
	if m.vc.Baseline && len(m.rebasing) == 0 && m.vc.History.Baseline().IsZero() {
		m.vc.Baseline = false
		text := "The baseline went with the process that was restarted: values are absolute again"
		if m.vc.Paused {
			text += " once the table goes on"
		}
		m.say(false, text+".")
	}
}
