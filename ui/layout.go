package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/overlay"
	"github.com/leaktop/leaktop/ui/tui/overview"
)

// screenLayout is the position of each part of the first screen.
type screenLayout struct {
	overview tui.Rect
	suspects tui.Rect
	tabs     int // its line
	body     tui.Rect
	detail   tui.Rect // next to the body; W is 0 if there is none
	footer   int      // its line
}

// minWidth and minHeight are the minimum screen size; a smaller screen shows only a
// notice.
const (
	minWidth  = 40
	minHeight = 10
)

// roomy is the minimum height of a screen on which a page below a pane leaves the
// charts and the verdict visible; on a lower one the page takes their room.
const roomy = 50

// zoomState is what the user has zoomed: panes and the pages below them, separately.
type zoomState struct {
	pane bool // panes have the whole screen
	page bool // pages below panes have it where they would not by themselves, or the reverse
}

// newLayout divides the screen: a fifth for the charts, a few lines for the
// verdict, the rest for the page. If the verdict needs more lines, it gets up to two
// more. A compact layout has one status line above the page.
func newLayout(w, h, needed int, compact bool) screenLayout {
	chart, said := 0, 2
	switch {
	case compact:
		said = 0
	case h >= 50:
		chart, said = h/5, 7
	case h >= 36:
		chart, said = 8, 5
	case h >= 28:
		chart, said = 7, 4
	case h >= 22:
		chart, said = 6, 3
	case h >= 16:
		chart, said = 4, 2
	}
	if !compact && h >= 22 {
		said = max(said, min(needed, said+2))
	}
	l := screenLayout{overview: tui.Rect{X: 0, Y: 1, W: w, H: chart}}
	l.suspects = tui.Rect{X: 0, Y: 1 + chart, W: w, H: said}
	l.tabs = l.suspects.Y + said
	l.footer = h - 1
	l.body = tui.Rect{X: 0, Y: l.tabs + 1, W: w, H: max(0, l.footer-l.tabs-1)}
	return l
}

// withoutCharts gives the room of the charts to the verdict, for when there is nothing to
// draw but much to say.
func (l screenLayout) withoutCharts() screenLayout {
	l.suspects.Y, l.suspects.H = l.overview.Y, l.suspects.H+l.overview.H
	l.overview.H = 0
	return l
}

// isCompact reports whether the page, or the help over it, has the whole screen.
func (c *core) isCompact() bool {
	_, help := overlay.Find[*overlay.Help](c.overlays)
	if len(c.nav.path) == 0 && !help {
		return c.zoom.pane
	}
	return (c.height < roomy) != c.zoom.page
}

// toggleZoom gives the page the whole screen, or gives it back.
func (c *core) toggleZoom() tea.Cmd {
	if len(c.nav.path) == 0 {
		c.zoom.pane = !c.zoom.pane
	} else {
		c.zoom.page = !c.zoom.page
	}
	return nil
}

// fitLayout lays out the screen again if its content needs another layout.
func (c *core) fitLayout() {
	if c.height == 0 {
		return // the size is not known yet, or the screen is that of a fleet
	}
	l := newLayout(c.width, c.height, overview.NeededLines(c.vc, c.width), c.isCompact())
	c.vc.SaysWhy = !c.isCompact() && len(c.vc.State.Heap)+len(c.vc.State.Goroutines) == 0 && len(tui.UrgentTexts(c.vc)) > 0
	if c.vc.SaysWhy {
		l = l.withoutCharts()
	}
	l = c.splitBody(l)
	if l == c.layout {
		return
	}
	c.layout = l
	c.overview.Resize(l.overview)
	c.currentPage().Resize(l.body)
}
