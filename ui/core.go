package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/overlay"
	"github.com/leaktop/leaktop/ui/tui/overview"
)

// core is the state that the model and its actions share: the session, what is on
// screen, and the status line.
type core struct {
	vc       *tui.ViewContext
	keys     tui.KeyMap // all of them; those of vc lack what has no effect on this screen
	session  *session.Session
	overview *overview.Model
	nav      navigator
	overlays *overlay.Stack
	status   status
	width    int
	height   int
	zoom     zoomState
	version  string // of leaktop
	layout   screenLayout
	// marked is a moment that the user marked on the charts of a replay, and compareNext are
	// moments to compare when it shows the later one; zero for none.
	marked      time.Time
	compareNext tui.Range

	held     *session.State // the newest state while the screen is paused; nil for none
	sortedBy string         // ID of the column that the user prefers; empty to leave each table its own
	wantsAll bool           // the user wants to watch all pods side by side, which ends the view
}

// currentPage returns the page on screen.
func (c *core) currentPage() tui.Page { return c.nav.currentPage() }

// showPage refreshes the page that the navigator has selected.
func (c *core) showPage() tea.Cmd {
	c.fitLayout()
	p := c.currentPage()
	p.Resize(c.layout.body)
	return p.Refresh(true)
}

// openPage opens a page below the current one.
func (c *core) openPage(p tui.Page) tea.Cmd {
	c.sortPage(p)
	c.nav.push(p)
	return c.showPage()
}

// sortPage sorts a table by the column that the user prefers, if it has that one.
func (c *core) sortPage(p tui.Page) {
	if t, ok := p.(hasColumns); ok && c.sortedBy != "" {
		t.SortBy(c.sortedBy)
	}
}

// refreshAll updates the whole screen after a key.
func (c *core) refreshAll() tea.Cmd {
	c.overview.Refresh()
	return c.currentPage().Refresh(true)
}

// adoptState shows a state that a command made, unless a newer one is on screen. It
// returns false if the state is from another moment of a replay.
func (c *core) adoptState(st session.State) bool {
	if st.Moment != c.vc.State.Moment {
		return false
	}
	if st.Revision > c.vc.State.Revision {
		c.vc.SetState(st)
	}
	return true
}

// hold keeps a state until the paused screen resumes. The status of a recording is shown at
// once, because the user may start one during a pause.
func (c *core) hold(st session.State) {
	c.held = &st
	c.vc.State.Recording = st.Recording
}

// resume ends a pause: the screen shows the newest state.
func (c *core) resume() tea.Cmd {
	c.vc.Paused = false
	if st := c.held; st != nil && st.Revision >= c.vc.State.Revision {
		c.vc.SetState(*st)
	}
	c.held = nil
	return c.refreshAll()
}

// reportStatus shows a text at the bottom, for a few seconds or until the next key.
func (c *core) reportStatus(bad bool, text string) { c.status.set(bad, text) }

// now returns the time of the newest message that had one.
func (c *core) now() time.Time { return c.vc.Now }

// targetName returns the target's own name, or else the name the user gave.
func (c *core) targetName() string {
	if n := c.vc.State.Facts.Name; n != "" {
		return n
	}
	return c.session.Source.Name()
}

// shownSettings returns the settings of what is on screen: rows with newer settings
// may still be loading.
func (c *core) shownSettings() tui.Settings {
	if p, ok := c.currentPage().(tui.HasShownSettings); ok {
		return p.Shows()
	}
	s := c.vc.Settings()
	s.Baseline = false // such a profile has no differences
	return s
}

// ownSubject returns the subject of the page on screen; own reports whether it has
// one of its own, which t and p do not change.
func (c *core) ownSubject() (s tui.Subject, own bool) {
	if p, ok := c.currentPage().(tui.HasSubject); ok {
		s = p.Subject()
		return s, s.Kind != ""
	}
	return tui.Subject{}, !paneTable[c.nav.pane].showsAnyKind
}
