package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/webview"
)

// handedMsg says how the handing over went.
type handedMsg struct {
	to  *webview.Server
	err error
}

// handOver opens pprof's web view on what is under the page; again, it closes it.
func (m *Model) handOver(tea.KeyPressMsg) tea.Cmd {
	if m.handed != nil {
		h := m.handed
		m.handed, m.vc.Served = nil, ""
		m.say(false, "pprof's web view is closed.")
		if n := len(m.path); n > 0 {
			if _, ok := m.path[n-1].(*webview.Page); ok {
				m.path = m.path[:n-1]
			}
		}
		return tea.Batch(m.show(), func() tea.Msg { h.Close(); return nil })
	}
	if m.handing {
		return nil
	}
	m.handing = true
	build := m.document()
	return func() tea.Msg {
		d := build()
		if d.Profile == nil {
			return handedMsg{nil, fmt.Errorf("this page has no profile: Functions, Stacks and Goroutines have one")}
		}
		h, err := webview.Serve(*d.Profile)
		return handedMsg{h, err}
	}
}

// handedOver shows the address.
func (m *Model) handedOver(msg handedMsg) tea.Cmd {
	m.handing = false
	if msg.err != nil {
		m.say(true, tui.SentenceCase(msg.err.Error()))
		return nil
	}
	m.handed, m.vc.Served = msg.to, msg.to.Address()
	m.path = append(m.path, webview.New(m.vc, msg.to))
	return m.show()
}

// close ends what the view holds open. The view must have ended.
func (m *Model) close() {
	if m.handed != nil {
		m.handed.Close()
	}
}
