package ui

import (
	"sync/atomic"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/table"
)

// list is a page that is one table of functions, stacks or goroutines. Its rows
// are made by a command, one at a time: while one runs, the next only waits.
type list struct {
	sh      *shared
	id      int64
	name    string
	empty   string
	cols    []column
	build   func(q shared) []entry
	source  func(q shared) profile.Selection // of the profile under the rows; nil for none
	into    func(e *entry) page
	about   []string
	table   table.Model
	all     []entry          // before the filter
	under   *profile.Extract // that the rows are of, nil for none
	made    settings         // that the rows were made with
	pattern string
	match   matcher
	busy    bool
	again   bool
	loaded  bool
}

// sortHint is the table's key for sorting, in few words.
var sortHint = bind("s", "sort", "s")

// rowsMsg brings the rows that a list's command made.
type rowsMsg struct {
	id    int64
	rows  []entry
	under *profile.Extract
	made  settings
}

var lastID atomic.Int64 // numbers lists, so that a late answer finds no wrong one

// newList makes a list; its rows come with the first refresh.
func newList(sh *shared, name, empty string, cols []column, build func(shared) []entry, into func(*entry) page) *list {
	l := &list{sh: sh, id: lastID.Add(1), name: name, empty: empty, cols: cols, build: build, into: into}
	tcols := make([]table.Column, len(cols))
	for i, c := range cols {
		tcols[i] = c.Column
	}
	l.table = table.New(sh.theme, tcols...)
	l.table.SetEmpty(empty)
	return l
}

func (l *list) title() string { return l.name }

func (l *list) resize(r rect) {
	l.table.SetOrigin(r.x, r.y)
	l.table.SetSize(r.w, r.h)
}

// refresh makes the rows anew.
func (l *list) refresh(bool) tea.Cmd {
	if l.busy {
		l.again = true
		return nil
	}
	l.busy = true
	id, source, q, made := l.id, l.source, *l.sh, l.sh.settings()
	build := l.build
	return func() tea.Msg {
		if source == nil {
			return rowsMsg{id: id, rows: build(q), made: made.of(q.history, nil)}
		}
		rows, under := withProfile(q, build, source)
		return rowsMsg{id, rows, under, made.of(q.history, under)}
	}
}

// withProfile makes rows, and finds the profile that they are of.
func withProfile(q shared, build func(shared) []entry, source func(shared) profile.Selection) ([]entry, *profile.Extract) {
	for tries := 0; ; tries++ {
		x, ok := q.history.Extract(source(q))
		rows := build(q)
		if !ok {
			return rows, nil
		}
		// A newer one may have come meanwhile; of a replay they come all the time.
		if y, _ := q.history.Extract(source(q)); y.Time.Equal(x.Time) || tries == 3 {
			return rows, &x
		}
	}
}

func (l *list) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case rowsMsg:
		if msg.id != l.id {
			return nil
		}
		l.busy, l.loaded = false, true
		l.all, l.under, l.made = msg.rows, msg.under, msg.made
		l.table.Hide(hiddenOf(l.made)...)
		l.show()
		if l.again {
			l.again = false
			return l.refresh(false)
		}
		return nil
	default:
		var cmd tea.Cmd
		l.table, cmd = l.table.Update(msg)
		return cmd
	}
}

// hiddenOf are the columns that have nothing to show: what was asked for once has
// no course.
func hiddenOf(s settings) []string {
	if s.taken.IsZero() {
		return nil
	}
	return []string{growthColumn.ID, sparkColumn.ID, verdictColumn.ID}
}

// show gives the table the rows that pass the filter.
func (l *list) show() {
	rows := l.all
	if l.match != nil {
		rows = nil
		for _, e := range l.all {
			if l.match.match(e.name) {
				rows = append(rows, e)
			}
		}
	}
	l.table.SetEmpty(l.emptyText())
	l.table.SetRows(entries{rows, l.cols})
}

// emptyText says why there are no rows.
func (l *list) emptyText() string {
	switch {
	case l.match != nil && len(l.all) > 0:
		return "Nothing matches the filter. esc drops it."
	case l.shows().baseline:
		return "No difference to the baseline yet. B drops it."
	case len(l.sh.state.Heap)+len(l.sh.state.Goroutines) == 0 && len(troubles(l.sh)) > 0:
		return waitingWhy(l.sh)
	case l.name == "Growing" && l.sh.state.Polls == 0 && l.sh.state.Replay == nil:
		return waiting
	case l.empty == waiting && l.loaded:
		return nothingIn(l.sh)
	}
	return l.empty
}

// shows are the settings that the rows on screen have.
func (l *list) shows() settings {
	if !l.loaded {
		return l.sh.settings()
	}
	return l.made
}

func (l *list) view() string { return l.table.View() }

// selected is the entry under the cursor, nil for none.
func (l *list) selected() *entry {
	i, ok := l.table.Selected()
	if !ok {
		return nil
	}
	return &l.table.Rows().(entries).rows[i]
}

// onCursor says whether a point of the screen is on the selected row.
func (l *list) onCursor(x, y int) bool {
	s, ok := l.table.At(x, y)
	return ok && !s.Header && s.Place == l.table.Cursor()
}

func (l *list) open() page {
	if e := l.selected(); e != nil && l.into != nil {
		return l.into(e)
	}
	return nil
}

func (l *list) hints() []key.Binding {
	k := l.sh.keys
	return []key.Binding{k.Open, k.Filter, sortHint, k.SampleType, k.Baseline, k.Pause}
}

func (l *list) help() []string {
	out := append([]string(nil), l.about...)
	for _, c := range l.cols {
		if c.about != "" {
			out = append(out, c.about)
		}
	}
	return out
}

func (l *list) place() string { return l.table.Position() }

func (l *list) filter() string { return l.pattern }

func (l *list) setFilter(text string) tea.Cmd {
	l.pattern, l.match = text, newMatcher(text)
	if l.match == nil {
		l.table.SetHighlight(nil)
	} else {
		l.table.SetHighlight(l.match.find)
	}
	if l.loaded {
		l.show()
	}
	return nil
}

func (l *list) next(forward bool) bool {
	rows, ok := l.table.Rows().(entries)
	if l.match == nil || !ok {
		return false
	}
	l.table.Next(forward, func(row int) bool { return l.match.match(rows.rows[row].name) })
	return true
}
