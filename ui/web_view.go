package ui

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/webview"
)

// webAction serves pprof's web view of what is on screen.
type webAction struct {
	*core
	document func() func() export.Document // see [exportAction.buildDocument]
	server   *webview.Server               // nil if not running
	page     tui.Page                      // the page that shows its address
	opening  bool
}

// servedMsg reports the outcome of opening the web view.
type servedMsg struct {
	action *webAction
	server *webview.Server
	err    error
}

// toggleWebView opens the web view on the profile of the page, or closes it.
func (a *webAction) toggleWebView() tea.Cmd {
	if s := a.server; s != nil {
		a.nav.drop(a.page)
		a.server, a.page, a.vc.WebViewURL = nil, nil, ""
		a.reportStatus(false, "pprof's web view is closed.")
		return tea.Batch(a.showPage(), func() tea.Msg { s.Close(); return nil })
	}
	if a.opening {
		return nil
	}
	a.opening = true
	build := a.document()
	return func() tea.Msg {
		d := build()
		if d.Profile == nil {
			return servedMsg{a, nil, errors.New("this page has no profile; Functions, Stacks and Goroutines have one")}
		}
		s, err := webview.Serve(*d.Profile)
		return servedMsg{a, s, err}
	}
}

// Apply shows the address.
func (m servedMsg) Apply() tea.Cmd {
	a := m.action
	a.opening = false
	if m.err != nil {
		a.reportStatus(true, format.Capitalize(m.err.Error()))
		return nil
	}
	a.server, a.vc.WebViewURL = m.server, m.server.Address()
	a.page = webview.New(a.vc, m.server)
	return a.openPage(a.page)
}

// close stops the web view when the program ends.
func (a *webAction) close() {
	if a.server != nil {
		a.server.Close()
	}
}
