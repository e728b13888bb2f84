package goroutines

import (
	"strings"

	"charm.land/bubbles/v2/key"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/functions"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// New makes the pane of goroutines, grouped by stack.
func New(vc *tui.ViewContext) tui.Page {
	where := list.NameColumn("IN", "IN is the function that the goroutines are in: the innermost of the service's own code.")
	where.Cell = func(e *list.Entry) table.Cell { return table.Text(blamed(e.Stack)) }
	where.Compare = func(a, b *list.Entry) int { return strings.Compare(blamed(a.Stack), blamed(b.Stack)) }
	wait := list.Column{
		Column:  table.Column{ID: "wait", Title: "WAITS", Width: 16, Grow: 1, Max: 32, Drop: 3, Sort: table.SortAsc},
		Cell:    func(e *list.Entry) table.Cell { return table.Cell{Text: e.Note, Tone: theme.Dim} },
		Compare: func(a, b *list.Entry) int { return strings.Compare(a.Note, b.Note) },
		About:   "WAITS is what they wait for, as far as the innermost frames tell; after a full dump (D) as the runtime says it, and for how long most of them do.",
	}
	by := list.Column{
		Column:  table.Column{ID: "by", Title: "STARTED BY", Width: 20, Grow: 1, Max: 60, Drop: 1, Sort: table.SortAsc, Fit: format.FitFunc},
		Cell:    func(e *list.Entry) table.Cell { return table.Text(e.By) },
		Compare: func(a, b *list.Entry) int { return strings.Compare(a.By, b.By) },
		About:   "STARTED BY is who started them: a trace (T) finds the service's own function behind them, a full dump (D) the one that says go.",
	}
	last := list.SparkColumn
	last.Drop = 2
	count := list.HoldsColumn
	count.Column.Title, count.Column.Width = "COUNT", 9
	count.About = "COUNT is how many stand at that very place now."
	cols := []list.Column{where, by, wait, count, list.GrowthColumn, last, list.VerdictColumn}
	l := list.New(vc, "Goroutines", "No goroutine profile yet.", cols, goroutineRows, func(e *list.Entry) tui.Page { return functions.NewStackPage(vc, tui.Goroutines, e.Stack, *e) })
	l.About = []string{"Goroutines that stand at the same place, together. A number that only grows is a leak: each keeps its stack and all that it refers to."}
	l.Source = func(q tui.ViewContext) profile.Selection { return list.Chosen(tui.Goroutines.Apply(q)) }
	l.Table.SetSort("holds", true)
	return pane{l}
}

// pane is a list with hints of its own: sample types mean nothing here.
type pane struct{ *list.List }

func (g pane) Hints() []key.Binding {
	k := g.VC.Keys
	return []key.Binding{k.Open, k.Filter, list.SortHint, k.Baseline, k.Pause}
}

func goroutineRows(q tui.ViewContext) []list.Entry {
	rows := functions.StackRows(nil)(tui.Goroutines.Apply(q))
	for i := range rows {
		e := &rows[i]
		k := q.State.Known[e.Stack]
		e.Note = functions.WaitsAs(e.Stack, k)
		switch who := k.Starter(); {
		case who.Func != nil:
			e.By = who.Func.Name
		case k.Creator.Func != nil:
			e.By = k.Creator.Func.Name
		}
	}
	return rows
}

// blamed is the name of the function a stack is blamed on, else where it begins.
func blamed(s *profile.Stack) string {
	switch {
	case s == nil || len(s.Frames) == 0:
		return profile.NoFrames
	case s.Blame == nil:
		return s.Frames[len(s.Frames)-1].Func.Name
	}
	return s.Blame.Name
}
