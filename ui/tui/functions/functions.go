package functions

import (
	"strconv"

	"charm.land/bubbles/v2/key"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// NewFunctions makes the pane of all functions of the chosen profile, as
// "go tool pprof -top" has them.
func NewFunctions(vc *tui.ViewContext) tui.Page {
	cols := []list.Column{
		list.NameColumn("FUNCTION", ""), list.FlatColumn, list.CumColumn, list.ShareColumn, list.GrowthColumn, list.SparkColumn, list.VerdictColumn,
	}
	l := list.New(vc, "Functions", tui.Waiting, cols, functionRows(profile.ByFunction, nil), func(e *list.Entry) tui.Page {
		return NewFunctionPage(vc, tui.Subject{}, e.Fn)
	})
	l.Source = list.Chosen
	l.About = []string{"Every function of the profile, with the numbers of go tool pprof -top. t changes the sample type, p opens other profiles. Those that are responsible for the most of what they keep have a verdict, see Growing; their callers have none."}
	l.Table.SetSort("cum", true)
	return l
}

// held is the functions that hold the live heap, whatever the panes show meanwhile.
type held struct{ *list.List }

func NewLiveHeap(vc *tui.ViewContext) tui.Page {
	cols := []list.Column{list.NameColumn("FUNCTION", ""), list.FlatColumn, list.CumColumn, list.ShareColumn, list.GrowthColumn, list.SparkColumn, list.VerdictColumn}
	all := functionRows(profile.ByFunction, nil)
	l := list.New(vc, "live heap", tui.Waiting, cols, func(q tui.ViewContext) []list.Entry { return all(tui.LiveHeap.Apply(q)) }, func(e *list.Entry) tui.Page {
		return NewFunctionPage(vc, tui.LiveHeap, e.Fn)
	})
	l.Source = func(q tui.ViewContext) profile.Selection { return list.Chosen(tui.LiveHeap.Apply(q)) }
	l.About = []string{"The functions that hold the live heap, with the numbers of go tool pprof -top."}
	l.Table.SetSort("cum", true)
	return held{l}
}

func (held) Subject() tui.Subject { return tui.LiveHeap }

func (l held) Hints() []key.Binding {
	k := l.VC.Keys
	return []key.Binding{k.Back, k.Open, k.Filter, list.SortHint, k.Baseline}
}

// NewStacks makes the pane of the chosen profile's stacks.
func NewStacks(vc *tui.ViewContext) tui.Page {
	cols := []list.Column{
		list.StackColumn("STACK, leaf first", ""), list.HoldsColumn, list.ShareColumn, list.GrowthColumn, list.SparkColumn, list.VerdictColumn,
	}
	l := list.New(vc, "Stacks", tui.Waiting, cols, StackRows(nil), func(e *list.Entry) tui.Page { return NewStackPage(vc, tui.Subject{}, e.Stack, *e) })
	l.Source = list.Chosen
	l.About = []string{"Every distinct stack of the profile. enter shows it frame by frame, with files and lines."}
	l.Table.SetSort("holds", true)
	return l
}

// functionRows makes rows of functions: all, or those next to a focus.
func functionRows(by profile.Grouping, focus *profile.Function) func(tui.ViewContext) []list.Entry {
	return func(q tui.ViewContext) []list.Entry {
		t, ok := q.History.Rows(q.Selection(by, focus))
		if !ok {
			return nil
		}
		looks := responsible(q.Kind, q.State)
		out := make([]list.Entry, 0, len(t.Rows))
		for _, r := range t.Rows {
			if gone(r) {
				continue
			}
			out = append(out, rowEntry(r, t))
			e := &out[len(out)-1]
			e.Fn, e.Name, e.Key = r.Func, r.Func.Name, r.Func.Name
			if by == profile.ByLine {
				e.Name = list.FrameAt(profile.Frame{Func: r.Func, Line: r.Line})
				e.Key, e.Line = strconv.Itoa(r.Line), r.Line
			} else {
				e.Look = looks[r.Func].verdict(r.Cum)
			}
		}
		return out
	}
}

// blameful is how what a function is responsible for looks, and how much that is.
type blameful struct {
	look leak.Evaluation
	held int64
}

// responsible is that of the functions that the heap, or goroutines, are blamed on,
// the worst of their stacks: only these have a verdict. The callers of a leaking
// function keep what it keeps, and to call them steady would be wrong.
func responsible(k profile.Kind, st session.State) map[*profile.Function]blameful {
	out := map[*profile.Function]blameful{}
	for _, g := range st.Groups {
		if g.Kind != k || g.Blame == nil || len(g.Points) == 0 {
			continue
		}
		look := st.Report.Function(g.Blame)
		if k == profile.Goroutine && len(g.Stacks) > 0 {
			look = st.Report.Stack(g.Stacks[0])
		}
		b, known := out[g.Blame]
		if !known || tui.ShapeRank(look.Shape) > tui.ShapeRank(b.look.Shape) {
			b.look = look
		}
		b.held += g.Points[len(g.Points)-1].Value
		out[g.Blame] = b
	}
	return out
}

// verdict is the look of a row that holds so much in all: of a function that calls
// others, which hold the most of it, nothing innocent is said.
func (b blameful) verdict(cum int64) leak.Evaluation {
	if b.look.Shape.IsSuspect() || 2*b.held >= cum {
		return b.look
	}
	return leak.Evaluation{}
}

// StackRows makes rows of stacks: all, or those through a focus.
func StackRows(focus *profile.Function) func(tui.ViewContext) []list.Entry {
	return func(q tui.ViewContext) []list.Entry {
		t, ok := q.History.Rows(q.Selection(profile.ByStack, focus))
		if !ok {
			return nil
		}
		return stackEntries(q, t)
	}
}

func stackEntries(q tui.ViewContext, t profile.Table) []list.Entry {
	out := make([]list.Entry, 0, len(t.Rows))
	for _, r := range t.Rows {
		if gone(r) {
			continue
		}
		out = append(out, rowEntry(r, t))
		e := &out[len(out)-1]
		e.Stack, e.Name, e.Key = r.Stack, list.StackName(r.Stack), StackKey(r.Stack)
		if q.Kind == profile.Heap && r.Stack.Blame != nil && r.Growth > 0 {
			e.Look = q.State.Report.Function(r.Stack.Blame)
		}
		if t.Type.Name == "goroutine" {
			e.Unit = "goroutines"
			e.Look = q.State.Report.Stack(r.Stack)
		}
	}
	return out
}

func StackKey(s *profile.Stack) string { return "stack " + strconv.Itoa(int(s.ID)) }

// gone says that a row has nothing any more; go tool pprof leaves it out too.
func gone(r profile.Row) bool { return r.Flat == 0 && r.Cum == 0 }

// rowEntry is the numbers of a row, without its course while that is too short
// to say any.
func rowEntry(r profile.Row, t profile.Table) list.Entry {
	e := list.Entry{Unit: t.Type.Unit, Flat: r.Flat, Cum: r.Cum, Total: t.Total}
	if t.Over >= leak.MinRateSpan {
		e.Growth, e.Spark = r.Growth*3600, r.Spark
	}
	return e
}
