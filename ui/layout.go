package ui

import (
	"github.com/leaktop/leaktop/ui/tui"
)

// screenLayout is the position of each part of the first screen.
type screenLayout struct {
	overview tui.Rect
	suspects tui.Rect
	tabs     int // its line
	body     tui.Rect
	footer   int // its line
}

// minWidth and minHeight are the minimum screen size; on smaller ones only a word
// is shown.
const (
	minWidth  = 40
	minHeight = 10
)

// newLayout divides the screen: a fifth for the charts, a few lines for the
// verdict, the rest for the page.
func newLayout(w, h int) screenLayout {
	chart, said := 0, 2
	switch {
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
	l := screenLayout{overview: tui.Rect{X: 0, Y: 1, W: w, H: chart}}
	l.suspects = tui.Rect{X: 0, Y: 1 + chart, W: w, H: said}
	l.tabs = l.suspects.Y + said
	l.footer = h - 1
	l.body = tui.Rect{X: 0, Y: l.tabs + 1, W: w, H: max(0, l.footer-l.tabs-1)}
	return l
}
