// Package tui is what the parts of the live view share: the interfaces of pages,
// their context, the keys, and text layout. Each pane, and each thing drawn over or
// above the panes, has a package below it.
package tui

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/theme"
)

// Exporter is a page that exports its content as data. Other pages are exported as the
// text on screen.
type Exporter interface {
	// Document records what is on screen, quickly, since it is called by Update. The
	// function it returns adds that to a document, and runs in a command: it must not
	// read what Update changes.
	Document() func(*export.Document)
}

// Page is the content below the tabs: a pane, or a page opened from one. Refresh
// updates it with a new state; it may return a command, whose message goes to
// Update.
type Page interface {
	// Title returns the page's name in the path and on its tab.
	Title() string
	// Resize sets its area on the screen.
	Resize(r Rect)
	// Refresh shows the newest state. It is not called while the screen is paused,
	// except with force after a key that changed something.
	Refresh(force bool) tea.Cmd
	// Update handles keys, mouse events and messages for the page.
	Update(msg tea.Msg) tea.Cmd
	// View draws exactly its area.
	View() string
	// Open returns the page that enter opens, nil for none.
	Open() Page
	// Hints returns the keys worth showing at the bottom.
	Hints() []key.Binding
	// Help explains the page and its columns, one paragraph each.
	Help() []string
	// Position says where the cursor is: "12–31 of 4,812"; it may be empty.
	Position() string
}

// Filterable is a page whose rows can be filtered.
type Filterable interface {
	SetFilter(text string) tea.Cmd
	Filter() string
	Next(forward bool) bool // false if there is no filter
}

// Reply is a message with the result of a command. Apply handles it, whatever page is
// on screen by then.
type Reply interface{ Apply() tea.Cmd }

// FilterablePage is a page with a filter.
type FilterablePage interface {
	Page
	Filterable
}

// Chooser is a page on which enter chooses something instead of opening a page.
type Chooser interface{ Choose() tea.Cmd }

// PointerFollower is a page that explains what is under the pointer, so it needs
// all mouse motion.
type PointerFollower interface{ FollowPointer() }

// Filler is a page that can make its rows immediately, even if it is not on screen.
type Filler interface{ FillNow() }

// Row is what the root model needs to know about a row: whether it is suspected, and if
// not, why.
type Row struct {
	Name       string
	Evaluation leak.Evaluation
	Kind       profile.Kind      // of what it counts; empty for the chosen profile
	Blame      *profile.Function // the function to blame, nil if unknown
	Stack      *profile.Stack    // for rows of one stack
	At         profile.Frame     // the line that the row is about, as far as known
}

// HasRow is a page with a cursor that selects rows of functions or stacks.
type HasRow interface{ SelectedRow() (Row, bool) }

// HasDescriptions is a table whose rows may have more to say than their cells.
type HasDescriptions interface{ DescribesRows() bool }

// HasFleet is a page whose rows were made from a state of all processes, nil before there
// are rows.
type HasFleet interface{ FleetOfRows() *fleet.State }

// Loader is a page whose rows are made by a command.
type Loader interface {
	Loading() bool // rows are being made
}

// Zoomable is a page on which enter and esc first zoom, then open or close pages.
type Zoomable interface {
	ZoomIn() bool // false if there is nothing to zoom into
	ZoomOut() bool
}

// Keyed is a page with keys of its own, shown in the help in place of a table's.
type Keyed interface{ PageKeys() KeyGroup }

// HasNoOpenText is a page with a message of its own for when enter opens nothing.
type HasNoOpenText interface{ Instead() string }

// HasShownSettings is a page whose values may have older settings than the context:
// rows with newer settings may still be loading.
type HasShownSettings interface{ Shows() Settings }

// HasMoment is a page whose rows happened at a time; enter shows that time on the charts,
// with the text of the row.
type HasMoment interface {
	Moment() (at time.Time, text string, ok bool)
}

// Themed is a page that keeps a copy of the theme, in its tables and charts.
type Themed interface{ SetTheme(theme.Theme) }

// HasCursor is a page that knows whether a point is on its selected row.
type HasCursor interface{ OnCursor(x, y int) bool }
