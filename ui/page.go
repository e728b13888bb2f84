package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// page is what stands under the tabs: a pane, or a step on the way down from
// one. A page is told of new states by refresh and may answer with a command
// whose message comes back to its update.
type page interface {
	// title names it in the path and on its tab.
	title() string
	// resize gives it its room and its place on the screen.
	resize(r rect)
	// refresh shows what is new; it is not called while the table is paused,
	// except for what a key changed (force).
	refresh(force bool) tea.Cmd
	// update takes keys, mouse and messages meant for it.
	update(msg tea.Msg) tea.Cmd
	// view draws exactly its room.
	view() string
	// open returns the page that enter leads to, nil for none.
	open() page
	// hints are the keys worth showing at the bottom.
	hints() []key.Binding
	// help explains the page and its columns, a paragraph each.
	help() []string
	// place says where the cursor is: "12–31 of 4,812"; it may be empty.
	place() string
}

// filterable is a page whose rows can be filtered.
type filterable interface {
	setFilter(text string) tea.Cmd
	filter() string
	next(forward bool) bool // false if nothing is searched for
}

// zoomable is a page on which enter and esc change how closely one looks, before
// they lead elsewhere.
type zoomable interface {
	zoomIn() bool // false if there is nothing to zoom into
	zoomOut() bool
}

// keyed is a page with keys of its own, shown in the help in place of a table's.
type keyed interface{ pageKeys() keyGroup }

// rect is a part of the screen.
type rect struct{ x, y, w, h int }
