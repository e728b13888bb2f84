package ui

import (
	"slices"
	"strings"

	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// navigator is where the user is: on a pane, or on a page that was opened from one.
type navigator struct {
	panes []tui.Page
	pane  int
	path  []tui.Page // pages opened one from another, below the pane
}

// currentPage is the one that is shown.
func (n *navigator) currentPage() tui.Page {
	if i := len(n.path); i > 0 {
		return n.path[i-1]
	}
	return n.panes[n.pane]
}

// goTo goes to a pane; it returns false if there is none.
func (n *navigator) goTo(pane int) bool {
	if pane < 0 || pane >= len(n.panes) {
		return false
	}
	n.pane, n.path = pane, nil
	return true
}

// push goes down to a page.
func (n *navigator) push(p tui.Page) { n.path = append(n.path, p) }

// pop goes up by a page; it returns false on a pane.
func (n *navigator) pop() bool {
	if len(n.path) == 0 {
		return false
	}
	n.path = n.path[:len(n.path)-1]
	return true
}

// replace puts a page in the place of the one that is shown.
func (n *navigator) replace(p tui.Page) {
	n.pop()
	n.push(p)
}

// drop takes a page out of the path, wherever it is.
func (n *navigator) drop(p tui.Page) {
	n.path = slices.DeleteFunc(n.path, func(o tui.Page) bool { return o == p })
}

// leaveTo goes back to the pane if a page is the one that is shown.
func (n *navigator) leaveTo(p tui.Page) {
	if n.currentPage() == p {
		n.path = nil
	}
}

// allPages are the panes and the pages of the path.
func (n *navigator) allPages() []tui.Page { return slices.Concat(n.panes, n.path) }

// stepTitles are the titles from the pane to the page.
func (n *navigator) stepTitles() []string {
	titles := []string{n.panes[n.pane].Title()}
	for _, p := range n.path {
		titles = append(titles, p.Title())
	}
	return titles
}

// pathText is the path as it is written over a page.
func (n *navigator) pathText() string { return strings.Join(n.stepTitles(), " "+theme.SymbolPath+" ") }
