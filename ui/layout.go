package ui

// layout is where the parts of the first screen stand.
type layout struct {
	overview rect
	suspects rect
	tabs     int // its line
	body     rect
	foot     int // its line
}

// smallest is the screen below which only a word is shown.
const (
	smallestWidth  = 40
	smallestHeight = 10
)

// newLayout divides a screen: a fifth of it for the charts, a few lines for the
// verdict, the rest for the page.
func newLayout(w, h int) layout {
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
	l := layout{overview: rect{0, 1, w, chart}}
	l.suspects = rect{0, 1 + chart, w, said}
	l.tabs = l.suspects.y + said
	l.foot = h - 1
	l.body = rect{0, l.tabs + 1, w, max(0, l.foot-l.tabs-1)}
	return l
}
