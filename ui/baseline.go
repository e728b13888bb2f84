package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
)

// baselineMsg says that a baseline was set or dropped. A command does it, since
// the history may be busy with a profile.
type baselineMsg struct {
	set    bool // else it was dropped
	failed bool // there is no profile yet
	events []profile.Event
}

func (m *Model) setBaseline(tea.KeyPressMsg) tea.Cmd {
	h, at := m.sh.history, m.now()
	return func() tea.Msg {
		ok := h.SetBaseline(at)
		return baselineMsg{set: true, failed: !ok, events: h.Events()}
	}
}

func (m *Model) dropBaseline(tea.KeyPressMsg) tea.Cmd {
	h := m.sh.history
	return func() tea.Msg {
		h.DropBaseline()
		return baselineMsg{events: h.Events()}
	}
}

func (m *Model) baselined(msg baselineMsg) tea.Cmd {
	switch {
	case msg.failed:
		m.say(true, "No profile has come yet that could be the baseline.")
		return nil
	case msg.set:
		m.say(false, "Baseline set: values are differences to now, growth is since now. B drops it.")
	default:
		m.say(false, "Baseline dropped: values are absolute again.")
	}
	m.sh.baseline = msg.set
	m.sh.state.Events = msg.events
	return m.refreshAll()
}
