package ui

import (
	"slices"
	"strings"

	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// navigator is the user's position: a pane, or a page that was opened from one.
type navigator struct {
	panes []tui.Page
	pane  int
	path  []tui.Page // pages below the pane, each opened from the previous one
}

// currentPage returns the page that is shown.
func (n *navigator) currentPage() tui.Page {
	if i := len(n.path); i > 0 {
		return n.path[i-1]
	}
	return n.panes[n.pane]
}

// goTo goes to a pane; it returns false if it does not exist.
func (n *navigator) goTo(pane int) bool {
	if pane < 0 || pane >= len(n.panes) {
		return false
	}
	n.pane, n.path = pane, nil
	return true
}

// push opens a page below the current one.
func (n *navigator) push(p tui.Page) { n.path = append(n.path, p) }

// pop closes the current page; it returns false on a pane.
func (n *navigator) pop() bool {
	if len(n.path) == 0 {
		return false
	}
	n.path = n.path[:len(n.path)-1]
	return true
}

// replace replaces the current page.
func (n *navigator) replace(p tui.Page) {
	n.pop()
	n.push(p)
}

// drop removes a page from the path, wherever it is.
func (n *navigator) drop(p tui.Page) {
	n.path = slices.DeleteFunc(n.path, func(o tui.Page) bool { return o == p })
}

// leaveTo returns to the pane if p is the current page.
func (n *navigator) leaveTo(p tui.Page) {
	if n.currentPage() == p {
		n.path = nil
	}
}

// allPages returns the panes and the pages of the path.
func (n *navigator) allPages() []tui.Page { return slices.Concat(n.panes, n.path) }

// stepTitles returns the titles from the pane to the page.
func (n *navigator) stepTitles() []string {
	titles := []string{n.panes[n.pane].Title()}
	for _, p := range n.path {
		titles = append(titles, p.Title())
	}
	return titles
}

// pathText returns the path as it is written above a page.
func (n *navigator) pathText() string { return strings.Join(n.stepTitles(), " "+theme.SymbolPath+" ") }
