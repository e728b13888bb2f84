// Package list is a page with one table, whose rows are made by a command, filtered,
// sorted and exported. Columns that several tables have are in column.go.
package list

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/tui"
)

// Spec describes a list.
type Spec[R Row] struct {
	Name    string
	Empty   string       // shown while there are no rows
	Kind    profile.Kind // of the profiles that all rows are from; empty if they may be of several kinds
	Columns []Column[R]
	Sort    string // ID of the column that it is initially sorted by, descending; "" for the order of Rows
	About   []string
	// Rows makes the rows. It runs in a command, on a copy of the context.
	Rows func(tui.ViewContext) []R
	// Profile selects the profile that the rows are of; nil for none.
	Profile func(tui.ViewContext) profile.Selection
	// Open returns the page that enter opens from a row; nil for none.
	Open func(R) tui.Page
	// Legend explains what rows show, part by part; nil for none.
	Legend func([]R) []string
	// NeedsTrend means that rows appear only once there is growth.
	NeedsTrend bool
	// Hide returns the IDs of columns that have nothing to say about these rows; nil
	// for none.
	Hide func([]R) []string
}

// Table is a list with any type of rows.
type Table interface {
	tui.FilterablePage
	tui.Exporter
	tui.HasCursor
	tui.HasShownSettings
	tui.Themed
	tui.Loader
	All() []Row   // rows, before the filter
	Shown() []Row // rows in the order on screen
	Cursor() int  // index in Shown
	Current() (Row, bool)
	Columns() []table.Column
	SortBy(id string) bool
	HideColumns()
}

// List is a page with one table of functions, stacks or goroutines. A command makes its
// rows, one at a time: while one runs, at most one more is pending.
type List[R Row] struct {
	spec   Spec[R]
	vc     *tui.ViewContext
	id     int64
	table  table.Model
	width  int // of the page, in columns
	height int // of the page, in lines
	// legendBelow means that the page's last line is the legend's.
	legendBelow bool
	all         []R              // before the filter
	extract     *profile.Extract // that the rows are of, nil for none
	madeWith    tui.Settings     // that the rows were made with
	fleet       *fleet.State     // that the rows were made from, nil for none
	pattern     string
	match       tui.Matcher
	busy        bool
	again       bool
	loaded      bool
}

// SortHint is the table's key for sorting, in a few words.
var SortHint = tui.Bind("s", "sort", "s")

// rowsMsg carries the rows that a list's command made.
type rowsMsg[R Row] struct {
	id    int64
	rows  []R
	under *profile.Extract
	made  tui.Settings
	fleet *fleet.State
}

// New makes a list; its rows are made by the first refresh.
func New[R Row](vc *tui.ViewContext, spec Spec[R]) *List[R] {
	l := &List[R]{spec: spec, vc: vc, id: tui.NextID()}
	cols := make([]table.Column, len(spec.Columns))
	for i, c := range spec.Columns {
		cols[i] = c.Column
	}
	l.table = table.New(vc.Theme, cols...)
	l.table.SetEmpty(l.emptyText())
	if spec.Sort != "" {
		l.table.SetSort(spec.Sort, true)
	}
	return l
}

// FillNow makes the rows immediately, for a list that is not on screen.
func (l *List[R]) FillNow() {
	l.all = l.spec.Rows(*l.vc)
	l.applyFilter()
}

// SelectedRow returns what the root model needs to know about the row under the cursor.
func (l *List[R]) SelectedRow() (tui.Row, bool) {
	r, ok := l.Selected()
	if !ok {
		return tui.Row{}, false
	}
	d, ok := any(r).(Describer)
	if !ok {
		return tui.Row{}, false
	}
	return d.Describe(), true
}

// DescribesRows reports whether rows have more to say than their cells.
func (l *List[R]) DescribesRows() bool {
	var none R
	_, ok := any(none).(Describer)
	return ok
}

// All returns all rows, before the filter.
func (l *List[R]) All() []Row {
	out := make([]Row, len(l.all))
	for i, r := range l.all {
		out[i] = r
	}
	return out
}

// Shown returns the rows that pass the filter, in the order on screen.
func (l *List[R]) Shown() []Row {
	shown, _ := l.table.Rows().(rows[R])
	out := make([]Row, 0, shown.Len())
	for _, i := range l.table.Order() {
		out = append(out, shown.all[i])
	}
	return out
}

// Cursor returns the index of the row under the cursor among those shown.
func (l *List[R]) Cursor() int { return l.table.Cursor() }

// Columns returns the columns in their order.
func (l *List[R]) Columns() []table.Column {
	out := make([]table.Column, len(l.spec.Columns))
	for i, c := range l.spec.Columns {
		out[i] = c.Column
	}
	return out
}

// FleetOfRows returns the state of all processes that the rows were made from, nil before
// there are rows.
func (l *List[R]) FleetOfRows() *fleet.State { return l.fleet }

// Rows returns all rows, before the filter.
func (l *List[R]) Rows() []R { return l.all }

// Context returns the context of the list.
func (l *List[R]) Context() *tui.ViewContext { return l.vc }

// Select puts the cursor on the row with a key and, if possible, leaves below lines
// between it and the end of the screen. It returns false if there is no such row.
func (l *List[R]) Select(key string, below int) bool {
	if !l.table.Select(key) {
		return false
	}
	at := l.table.Cursor()
	l.table.MoveTo(at + below)
	l.table.MoveTo(at)
	return true
}

// Width returns the width of the table, in columns.
func (l *List[R]) Width() int { return l.width }

// IsLoaded reports whether rows have been made.
func (l *List[R]) IsLoaded() bool { return l.loaded }

// HasRows reports whether a message carries the rows of this list.
func (l *List[R]) HasRows(msg tea.Msg) bool {
	rows, ok := msg.(rowsMsg[R])
	return ok && rows.id == l.id
}

// Loading reports whether rows are being made.
func (l *List[R]) Loading() bool { return l.busy }

// Title implements [tui.Page].
func (l *List[R]) Title() string { return l.spec.Name }

// Resize implements [tui.Page].
func (l *List[R]) Resize(r tui.Rect) {
	l.table.SetOrigin(r.X, r.Y)
	l.width, l.height = r.W, r.H
	fitTable(l)
}

// Refresh rebuilds the rows.
func (l *List[R]) Refresh(bool) tea.Cmd {
	if l.busy {
		l.again = true
		return nil
	}
	l.busy = true
	id, source, q, made := l.id, l.spec.Profile, *l.vc, l.vc.Settings()
	build := l.spec.Rows
	return func() tea.Msg {
		if source == nil {
			return rowsMsg[R]{id: id, rows: build(q), made: made.For(q.History, nil), fleet: q.Fleet}
		}
		rows, under := withProfile(q, build, source)
		return rowsMsg[R]{id, rows, under, made.For(q.History, under), q.Fleet}
	}
}

// withProfile makes rows, and finds the profile that they come from.
func withProfile[R Row](
	q tui.ViewContext, build func(tui.ViewContext) []R, source func(tui.ViewContext) profile.Selection,
) ([]R, *profile.Extract) {
	for tries := 0; ; tries++ {
		x, ok := q.History.Extract(source(q))
		rows := build(q)
		if !ok {
			return rows, nil
		}
		// A newer profile may have arrived since; in a replay they arrive all the time.
		if y, _ := q.History.Extract(source(q)); y.Time.Equal(x.Time) || tries == 3 {
			return rows, &x
		}
	}
}

// Update implements [tui.Page].
func (l *List[R]) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case rowsMsg[R]:
		if msg.id != l.id {
			return nil
		}
		l.busy, l.loaded = false, true
		l.all, l.extract, l.madeWith, l.fleet = msg.rows, msg.under, msg.made, msg.fleet
		l.HideColumns()
		l.applyFilter()
		if l.again {
			l.again = false
			return l.Refresh(false)
		}
		return nil
	default:
		var cmd tea.Cmd
		l.table, cmd = l.table.Update(msg)
		return cmd
	}
}

// applyFilter gives the table the rows that pass the filter.
func (l *List[R]) applyFilter() {
	shown := l.all
	if l.match != nil {
		shown = nil
		for _, r := range l.all {
			if l.match.Match(r.RowLabel().Name) {
				shown = append(shown, r)
			}
		}
	}
	l.table.SetEmpty(l.emptyText())
	l.table.SetRows(rows[R]{shown, l.spec.Columns})
	fitTable(l)
}

// emptyText says why there are no rows.
func (l *List[R]) emptyText() string {
	switch {
	case l.match != nil && len(l.all) > 0:
		return "Nothing matches the filter. esc removes it."
	case l.Shows().Baseline:
		return "No difference from the baseline yet. B drops it."
	case len(l.vc.State.Heap)+len(l.vc.State.Goroutines) == 0 && len(tui.UrgentTexts(l.vc)) > 0:
		return tui.WaitingWhy(l.vc)
	case l.vc.IsReading():
		return tui.Reading
	case l.spec.NeedsTrend && l.vc.State.Polls == 0 && l.vc.State.Replay == nil:
		return tui.WaitingWhy(l.vc)
	case l.spec.Empty == tui.Waiting && l.loaded:
		return tui.NothingIn(l.vc)
	}
	return tui.OrMissing(l.vc, l.spec.Kind, l.spec.Empty)
}

// Shows returns the settings of the rows on screen.
func (l *List[R]) Shows() tui.Settings {
	if !l.loaded {
		return l.vc.Settings()
	}
	return l.madeWith
}

// Selected returns the row under the cursor, if there is one.
func (l *List[R]) Selected() (r R, ok bool) {
	i, ok := l.table.Selected()
	if !ok {
		return r, false
	}
	return l.table.Rows().(rows[R]).all[i], true
}

// Current returns the row under the cursor, if there is one.
func (l *List[R]) Current() (Row, bool) {
	r, ok := l.Selected()
	if !ok {
		return nil, false
	}
	return r, true
}

// OnCursor reports whether a point of the screen is on the selected row.
func (l *List[R]) OnCursor(x, y int) bool {
	s, ok := l.table.At(x, y)
	return ok && !s.Header && s.Place == l.table.Cursor()
}

// Open implements [tui.Page].
func (l *List[R]) Open() tui.Page {
	if r, ok := l.Selected(); ok && l.spec.Open != nil {
		return l.spec.Open(r)
	}
	return nil
}

// Hints implements [tui.Page].
func (l *List[R]) Hints() []key.Binding {
	k := l.vc.Keys
	switch {
	case len(l.vc.State.Heap)+len(l.vc.State.Goroutines) == 0:
		return nil // there is no row to use them on
	case l.loaded && len(l.all) == 0:
		return []key.Binding{k.SampleType, k.Pause}
	}
	return []key.Binding{k.Open, k.Filter, SortHint, k.SampleType, k.Baseline, k.Pause}
}

// Help implements [tui.Page].
func (l *List[R]) Help() []string {
	out := append([]string(nil), l.spec.About...)
	for _, c := range l.spec.Columns {
		if c.Help != "" {
			out = append(out, c.Help)
		}
	}
	return out
}

// Position implements [tui.Page].
func (l *List[R]) Position() string { return l.table.Position() }

// Filter implements [tui.Filterable].
func (l *List[R]) Filter() string { return l.pattern }

// SetFilter implements [tui.Filterable].
func (l *List[R]) SetFilter(text string) tea.Cmd {
	l.pattern, l.match = text, tui.NewMatcher(text)
	if l.match == nil {
		l.table.SetHighlight(nil)
	} else {
		l.table.SetHighlight(l.match.Find)
	}
	if l.loaded {
		l.applyFilter()
	}
	return nil
}

// Next moves to the next match of the filter, or the previous one.
func (l *List[R]) Next(forward bool) bool {
	if l.match == nil {
		return false
	}
	return l.NextWhere(forward, func(r R) bool { return l.match.Match(r.RowLabel().Name) })
}

// NextWhere moves to the next wanted row, or the previous one; it returns false
// before rows have been made.
func (l *List[R]) NextWhere(forward bool, wanted func(R) bool) bool {
	all, ok := l.table.Rows().(rows[R])
	if ok {
		l.table.Next(forward, func(row int) bool { return wanted(all.all[row]) })
	}
	return ok
}
