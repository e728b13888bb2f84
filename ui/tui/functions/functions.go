// Package functions has the panes of the functions and the stacks of a profile, and
// the pages opened from them: a function, a stack, and source lines.
package functions

import (
	"charm.land/bubbles/v2/key"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// functionColumns returns the columns of tables of whole functions.
func functionColumns() []list.Column[*functionRow] {
	return []list.Column[*functionRow]{
		list.NameColumn[*functionRow]("FUNCTION", ""), list.FlatColumn[*functionRow](), list.CumColumn[*functionRow](),
		list.ShareColumn[*functionRow](), list.GrowthColumn[*functionRow](), list.AgeColumn[*functionRow](), list.SparkColumn[*functionRow](),
		list.VerdictColumn[*functionRow](),
	}
}

// NewFunctions makes the pane of all functions of the chosen profile, like "go tool
// pprof -top".
func NewFunctions(vc *tui.ViewContext) tui.Page {
	return list.New(vc, list.Spec[*functionRow]{
		Name: "Functions", Empty: tui.Waiting, Columns: functionColumns(), Sort: "cum", Legend: list.Legend[*functionRow],
		Rows: functionRows(profile.ByFunction, nil), Profile: list.Chosen,
		Open:  func(r *functionRow) tui.Page { return NewFunctionPage(vc, tui.Subject{}, r.fn) },
		About: []string{"Every function of the profile, with the numbers of go tool pprof -top. t changes the sample type, p opens other profiles. A function that is to blame for most of what it holds has a verdict, see Growing; its callers have none."},
	})
}

// liveHeapPage shows the functions that hold the live heap, whatever profile the panes
// show.
type liveHeapPage struct{ *list.List[*functionRow] }

// NewLiveHeap makes the page of the functions that hold the live heap.
func NewLiveHeap(vc *tui.ViewContext) tui.Page {
	all := functionRows(profile.ByFunction, nil)
	return liveHeapPage{list.New(vc, list.Spec[*functionRow]{
		Name: "live heap", Empty: tui.Waiting, Columns: functionColumns(), Sort: "cum", Legend: list.Legend[*functionRow],
		Rows:    func(q tui.ViewContext) []*functionRow { return all(tui.LiveHeap.Apply(q)) },
		Profile: func(q tui.ViewContext) profile.Selection { return list.Chosen(tui.LiveHeap.Apply(q)) },
		Open:    func(r *functionRow) tui.Page { return NewFunctionPage(vc, tui.LiveHeap, r.fn) },
		About:   []string{"The functions that hold the live heap, with the numbers of go tool pprof -top."},
	})}
}

// Subject returns the live heap.
func (liveHeapPage) Subject() tui.Subject { return tui.LiveHeap }

// Hints omits the sample type, which is fixed.
func (p liveHeapPage) Hints() []key.Binding {
	k := p.Context().Keys
	return []key.Binding{k.Back, k.Open, k.Filter, list.SortHint, k.Baseline}
}

// stackColumn returns a name column with text cut on the right: leaf first. It is
// wide enough for two or three frames before less important columns appear.
func stackColumn() list.Column[*StackRow] {
	c := list.NameColumn[*StackRow]("STACK, leaf first", "Of the runtime's frames at the leaf, only the one that the service called is shown.")
	c.Fit, c.Max, c.Width, c.Grow, c.Sep = format.Fit, 0, 28, 4, list.FrameSep
	c.Cell = func(r *StackRow) table.Cell { return table.Text(list.StackBrief(r.Stack)) }
	c.Data = func(r *StackRow) export.Cell { return export.Cell{Text: r.Name} }
	return c
}

// NewStacks makes the pane of the chosen profile's stacks.
func NewStacks(vc *tui.ViewContext) tui.Page {
	return list.New(vc, list.Spec[*StackRow]{
		Name: "Stacks", Empty: tui.Waiting, Sort: "holds", Legend: list.Legend[*StackRow],
		Columns: []list.Column[*StackRow]{
			stackColumn(), list.HoldsColumn[*StackRow](), list.ShareColumn[*StackRow](),
			list.GrowthColumn[*StackRow](), list.SparkColumn[*StackRow](), list.VerdictColumn[*StackRow](),
		},
		Rows: StackRows(nil), Profile: list.Chosen,
		Open:  func(r *StackRow) tui.Page { return NewStackPage(vc, tui.Subject{}, r.Stack, r.Numbers) },
		About: []string{"Every distinct stack of the profile. enter shows it frame by frame, with files and lines."},
	})
}
