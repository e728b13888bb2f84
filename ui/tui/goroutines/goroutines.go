// Package goroutines is the pane of goroutines, grouped by their stacks.
package goroutines

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/functions"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// row is a group of goroutines with the same stack.
type row struct {
	functions.StackRow
	waits     string // what they wait for
	startedBy string // the function that starts them, as far as known
	isDumped  bool   // a full dump has them, which names all creators
	apart     string // tells the row from others in the same function; usually empty
}

// New makes the pane of goroutines, grouped by stack.
func New(vc *tui.ViewContext) tui.Page {
	return pane{list.New(vc, list.Spec[*row]{
		Name: "Goroutines", Empty: "No goroutine profile yet.", Kind: profile.Goroutine, Columns: makeColumns(vc), Sort: "holds", Rows: makeRows, Legend: list.Legend[*row],
		Hide: func(rows []*row) []string {
			if howToLearn(vc.Keys.NameCreators, vc.Keys.DumpGoroutines) != "" || slices.ContainsFunc(rows, func(r *row) bool { return r.startedBy != "" }) {
				return nil
			}
			return []string{"by"} // a file has no creators, and none can be requested
		},
		Profile: func(q tui.ViewContext) profile.Selection { return list.Chosen(tui.Goroutines.Apply(q)) },
		Open: func(r *row) tui.Page {
			return functions.NewStackPage(vc, tui.Goroutines, r.Stack, r.Numbers)
		},
		About: []string{"Each row is a group of goroutines with the same stack. A count that only grows is a leak: each goroutine retains its stack and everything that it references."},
	})}
}

// howToLearn says which keys show what starts goroutines; empty if none can.
func howToLearn(keys ...key.Binding) string {
	var names []string
	for _, k := range keys {
		if k.Enabled() {
			names = append(names, k.Help().Key)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return strings.Join(names, " or ") + " shows"
}

func makeColumns(vc *tui.ViewContext) []list.Column[*row] {
	where := list.NameColumn[*row]("IN", "IN is the function that the goroutines are in: the innermost of the service's own code.")
	where.Cell = func(r *row) table.Cell { return table.Text(blamedName(r.Stack) + r.apart) }
	where.Compare = func(a, b *row) int { return strings.Compare(blamedName(a.Stack), blamedName(b.Stack)) }
	by := list.Column[*row]{
		Column: table.Column{ID: "by", Title: "STARTED BY", Width: 20, Grow: 1, Max: 60, DropOrder: 1, Sort: table.SortAsc, Fit: format.FitFunc},
		Cell: func(r *row) table.Cell {
			if r.startedBy == "" && !r.isDumped {
				return table.Cell{Text: howToLearn(vc.Keys.NameCreators, vc.Keys.DumpGoroutines), Tone: theme.Dim}
			}
			return table.Text(r.startedBy)
		},
		Data:    func(r *row) export.Cell { return export.Cell{Text: r.startedBy} },
		Compare: func(a, b *row) int { return strings.Compare(a.startedBy, b.startedBy) },
		Help:    "STARTED BY is what starts them: a trace (T) finds the service's own function behind them, a full dump (D) the function with the go statement.",
	}
	waits := list.Column[*row]{
		Column:  table.Column{ID: "wait", Title: "WAITS", Width: 12, Grow: 1, Max: 32, DropOrder: 3, Sort: table.SortAsc},
		Cell:    func(r *row) table.Cell { return table.Cell{Text: r.waits, Tone: theme.Dim} },
		Compare: func(a, b *row) int { return strings.Compare(a.waits, b.waits) },
		Help:    "WAITS is what they wait for, if the innermost frames show it; a full dump (D) adds for how long.",
	}
	last := list.SparkColumn[*row]()
	last.DropOrder = 2
	count := list.HoldsColumn[*row]()
	count.Title, count.Width, count.Grow, count.FitTogether = "COUNT", 7, 0, nil
	count.Cell = func(r *row) table.Cell { return table.Text(r.Format(r.Cum)) }
	count.Help = "COUNT is the current number of goroutines."
	return []list.Column[*row]{where, by, waits, count, list.GrowthColumn[*row](), last, list.VerdictColumn[*row]()}
}

// pane is a list with its own hints: sample types do not apply here.
type pane struct{ *list.List[*row] }

// Hints omits the sample type.
func (p pane) Hints() []key.Binding {
	k := p.Context().Keys
	return []key.Binding{k.Open, k.Filter, list.SortHint, k.Baseline, k.Pause}
}

func makeRows(q tui.ViewContext) []*row {
	stacks := functions.StackRows(nil)(tui.Goroutines.Apply(q))
	out := make([]row, len(stacks))
	for i, s := range stacks {
		known := q.State.Known[s.Stack]
		out[i] = row{StackRow: *s, waits: functions.WaitsAs(s.Stack, known), isDumped: !known.Dumped.IsZero()}
		switch who := known.Starter(); {
		case who.Func != nil:
			out[i].startedBy = who.Func.Name
		case known.Creator.Func != nil:
			out[i].startedBy = known.Creator.Func.Name
		}
	}
	addCallers(out)
	return list.Pointers(out)
}

// addCallers distinguishes rows that are in the same function and wait for the same
// thing.
func addCallers(rows []row) {
	type place struct{ in, waits, by string }
	alike := map[place][]*row{}
	for i := range rows {
		r := &rows[i]
		if r.Stack == nil {
			continue
		}
		at := place{blamedName(r.Stack), r.waits, r.startedBy}
		alike[at] = append(alike[at], r)
	}
	for _, rs := range alike {
		stacks := make([]*profile.Stack, len(rs))
		for i, r := range rs {
			stacks[i] = r.Stack
		}
		for i, caller := range functions.TellApart(stacks) {
			if len(rs) > 1 && caller != "" {
				rs[i].apart = list.FrameSep + caller
			}
		}
	}
}

// blamedName returns the name of the function that a stack is blamed on, or else of its
// outermost one.
func blamedName(s *profile.Stack) string {
	switch {
	case s == nil || s.Depth() == 0:
		return profile.NoFrames
	case s.Blame == nil:
		return s.FrameAt(s.Depth() - 1).Func.Name
	}
	return s.Blame.Name
}
