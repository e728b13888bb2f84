package list

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// FillNow makes the rows at once, for a list that is on no screen.
func (l *List) FillNow() {
	l.all = l.build(*l.VC)
	l.show()
}

// List is a page that is one table of functions, stacks or goroutines. Its rows
// are made by a command, one at a time: while one runs, the next only waits.
type List struct {
	VC      *tui.ViewContext
	Id      int64
	name    string
	Empty   string
	cols    []Column
	build   func(q tui.ViewContext) []Entry
	Source  func(q tui.ViewContext) profile.Selection // of the profile under the rows; nil for none
	into    func(e *Entry) tui.Page
	About   []string
	Table   table.Model
	all     []Entry          // before the filter
	under   *profile.Extract // that the rows are of, nil for none
	made    tui.Settings     // that the rows were made with
	pattern string
	Match   tui.Matcher
	busy    bool
	again   bool
	Loaded  bool
}

// sortHint is the table's key for sorting, in few words.
var SortHint = tui.Bind("s", "sort", "s")

// RowsMsg brings the rows that a list's command made.
type RowsMsg struct {
	Id    int64
	Rows  []Entry
	under *profile.Extract
	made  tui.Settings
}

// New makes a list; its rows come with the first refresh.
func New(vc *tui.ViewContext, name, empty string, cols []Column, build func(tui.ViewContext) []Entry, into func(*Entry) tui.Page) *List {
	l := &List{VC: vc, Id: tui.NextID(), name: name, Empty: empty, cols: cols, build: build, into: into}
	tcols := make([]table.Column, len(cols))
	for i, c := range cols {
		tcols[i] = c.Column
	}
	l.Table = table.New(vc.Theme, tcols...)
	l.Table.SetEmpty(empty)
	return l
}

// Base is the list itself, for what is built around one.
func (l *List) Base() *List { return l }

// SelectedRow is what the root needs to know of the row under the cursor.
func (l *List) SelectedRow() (tui.Row, bool) {
	e := l.Selected()
	if e == nil {
		return tui.Row{}, false
	}
	row := tui.Row{Name: e.Name, Look: e.Look, Blame: e.Fn}
	switch {
	case e.Group != nil:
		row.Kind, row.Blame = e.Group.Kind, e.Group.Blame
	case e.Stack != nil:
		row.Blame = e.Stack.Blame
	}
	return row, true
}

// Rows are all rows, before the filter.
func (l *List) Rows() []Entry { return l.all }

// Columns are the columns in their order.
func (l *List) Columns() []Column { return l.cols }

// Loading reports whether rows are being made.
func (l *List) Loading() bool { return l.busy }

func (l *List) Title() string { return l.name }

func (l *List) Resize(r tui.Rect) {
	l.Table.SetOrigin(r.X, r.Y)
	l.Table.SetSize(r.W, r.H)
}

// Refresh makes the rows anew.
func (l *List) Refresh(bool) tea.Cmd {
	if l.busy {
		l.again = true
		return nil
	}
	l.busy = true
	id, source, q, made := l.Id, l.Source, *l.VC, l.VC.Settings()
	build := l.build
	return func() tea.Msg {
		if source == nil {
			return RowsMsg{Id: id, Rows: build(q), made: made.For(q.History, nil)}
		}
		rows, under := withProfile(q, build, source)
		return RowsMsg{id, rows, under, made.For(q.History, under)}
	}
}

// withProfile makes rows, and finds the profile that they are of.
func withProfile(q tui.ViewContext, build func(tui.ViewContext) []Entry, source func(tui.ViewContext) profile.Selection) ([]Entry, *profile.Extract) {
	for tries := 0; ; tries++ {
		x, ok := q.History.Extract(source(q))
		rows := build(q)
		if !ok {
			return rows, nil
		}
		// A newer one may have come meanwhile; of a replay they come all the time.
		if y, _ := q.History.Extract(source(q)); y.Time.Equal(x.Time) || tries == 3 {
			return rows, &x
		}
	}
}

func (l *List) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case RowsMsg:
		if msg.Id != l.Id {
			return nil
		}
		l.busy, l.Loaded = false, true
		l.all, l.under, l.made = msg.Rows, msg.under, msg.made
		l.Table.Hide(hiddenOf(l.made)...)
		l.show()
		if l.again {
			l.again = false
			return l.Refresh(false)
		}
		return nil
	default:
		var cmd tea.Cmd
		l.Table, cmd = l.Table.Update(msg)
		return cmd
	}
}

// hiddenOf are the columns that have nothing to show: what was asked for once has
// no course.
func hiddenOf(s tui.Settings) []string {
	if s.Taken.IsZero() {
		return nil
	}
	return []string{GrowthColumn.ID, SparkColumn.ID, VerdictColumn.ID}
}

// show gives the table the rows that pass the filter.
func (l *List) show() {
	rows := l.all
	if l.Match != nil {
		rows = nil
		for _, e := range l.all {
			if l.Match.Match(e.Name) {
				rows = append(rows, e)
			}
		}
	}
	l.Table.SetEmpty(l.emptyText())
	l.Table.SetRows(Rows{rows, l.cols})
}

// emptyText says why there are no rows.
func (l *List) emptyText() string {
	switch {
	case l.Match != nil && len(l.all) > 0:
		return "Nothing matches the filter. esc drops it."
	case l.Shows().Baseline:
		return "No difference to the baseline yet. B drops it."
	case len(l.VC.State.Heap)+len(l.VC.State.Goroutines) == 0 && len(tui.Troubles(l.VC)) > 0:
		return tui.WaitingWhy(l.VC)
	case l.name == "Growing" && l.VC.State.Polls == 0 && l.VC.State.Replay == nil:
		return tui.Waiting
	case l.Empty == tui.Waiting && l.Loaded:
		return tui.NothingIn(l.VC)
	}
	return l.Empty
}

// Shows are the settings that the rows on screen have.
func (l *List) Shows() tui.Settings {
	if !l.Loaded {
		return l.VC.Settings()
	}
	return l.made
}

func (l *List) View() string { return l.Table.View() }

// Selected is the entry under the cursor, nil for none.
func (l *List) Selected() *Entry {
	i, ok := l.Table.Selected()
	if !ok {
		return nil
	}
	return &l.Table.Rows().(Rows).Rows[i]
}

// OnCursor says whether a point of the screen is on the selected row.
func (l *List) OnCursor(x, y int) bool {
	s, ok := l.Table.At(x, y)
	return ok && !s.Header && s.Place == l.Table.Cursor()
}

func (l *List) Open() tui.Page {
	if e := l.Selected(); e != nil && l.into != nil {
		return l.into(e)
	}
	return nil
}

func (l *List) Hints() []key.Binding {
	k := l.VC.Keys
	return []key.Binding{k.Open, k.Filter, SortHint, k.SampleType, k.Baseline, k.Pause}
}

func (l *List) Help() []string {
	out := append([]string(nil), l.About...)
	for _, c := range l.cols {
		if c.About != "" {
			out = append(out, c.About)
		}
	}
	return out
}

func (l *List) Place() string { return l.Table.Position() }

func (l *List) Filter() string { return l.pattern }

func (l *List) SetFilter(text string) tea.Cmd {
	l.pattern, l.Match = text, tui.NewMatcher(text)
	if l.Match == nil {
		l.Table.SetHighlight(nil)
	} else {
		l.Table.SetHighlight(l.Match.Find)
	}
	if l.Loaded {
		l.show()
	}
	return nil
}

func (l *List) Next(forward bool) bool {
	rows, ok := l.Table.Rows().(Rows)
	if l.Match == nil || !ok {
		return false
	}
	l.Table.Next(forward, func(row int) bool { return l.Match.Match(rows.Rows[row].Name) })
	return true
}

// Pages keep a copy of the theme in their tables and charts; these give them a
// new one, once the terminal has told its background.

func (l *List) SetTheme(t theme.Theme) { l.Table.SetTheme(t) }
