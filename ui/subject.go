package ui

import (
	"github.com/leaktop/leaktop/ui/tui"
)

// stays says that the page on screen is of a profile of its own, which it does
// not change, and of which.
func (m *Model) stays() (tui.Subject, bool) {
	if p, ok := m.page().(tui.HasSubject); ok {
		s := p.Subject()
		return s, s.Kind != ""
	}
	return tui.Subject{}, !panes[m.pane].any
}
