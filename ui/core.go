package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/overlay"
	"github.com/leaktop/leaktop/ui/tui/overview"
)

// core is what the model and its actions share: what is watched, what is on
// screen, and the line on which they report.
type core struct {
	vc       *tui.ViewContext
	session  *session.Session
	overview *overview.Model
	nav      navigator
	overlays *overlay.Stack
	status   status
	width    int
	layout   screenLayout
}

// currentPage is the one on screen.
func (c *core) currentPage() tui.Page { return c.nav.currentPage() }

// showPage brings the page that the navigator has chosen on screen.
func (c *core) showPage() tea.Cmd {
	p := c.currentPage()
	p.Resize(c.layout.body)
	return p.Refresh(true)
}

// openPage leads down to a page.
func (c *core) openPage(p tui.Page) tea.Cmd {
	c.nav.push(p)
	return c.showPage()
}

// refreshAll shows what a key has changed on all of the screen.
func (c *core) refreshAll() tea.Cmd {
	c.overview.Refresh()
	return c.currentPage().Refresh(true)
}

// adoptState shows a state that a command made, unless a newer one is on screen; it
// returns false for one of another moment of a replay.
func (c *core) adoptState(st session.State) bool {
	if st.Moment != c.vc.State.Moment {
		return false
	}
	if st.Revision > c.vc.State.Revision {
		c.vc.SetState(st)
	}
	return true
}

// reportStatus shows a text at the bottom, until the next key.
func (c *core) reportStatus(bad bool, text string) { c.status.set(bad, text) }

// now is the time of the newest message that had one.
func (c *core) now() time.Time { return c.vc.Now }

// targetName is what the target calls itself, else how it was named.
func (c *core) targetName() string {
	if n := c.vc.State.Facts.Name; n != "" {
		return n
	}
	return c.session.Source.Name()
}

// shownSettings are those that what is on screen has: the next rows may be under
// way.
func (c *core) shownSettings() tui.Settings {
	if p, ok := c.currentPage().(tui.HasShownSettings); ok {
		return p.Shows()
	}
	s := c.vc.Settings()
	s.Baseline = false // it has no differences
	return s
}

// ownSubject reports whether the page on screen is of a profile of its own, which
// t and p do not change, and of which.
func (c *core) ownSubject() (s tui.Subject, own bool) {
	if p, ok := c.currentPage().(tui.HasSubject); ok {
		s = p.Subject()
		return s, s.Kind != ""
	}
	return tui.Subject{}, !paneTable[c.nav.pane].showsAnyKind
}
