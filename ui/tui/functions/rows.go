package functions

import (
	"strconv"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// functionRow is a function, or one of its lines, with its values.
type functionRow struct {
	list.Label
	list.Numbers
	fn   *profile.Function
	line int // of the source, 0 for the whole function
}

// Describe describes the row by its function.
func (r *functionRow) Describe() tui.Row {
	return tui.Row{Name: r.fn.Name, Evaluation: r.Evaluation, Blame: r.fn, At: profile.Frame{Func: r.fn, Line: max(r.line, r.fn.StartLine)}}
}

// AddStacks adds the stacks with the function.
func (r *functionRow) AddStacks(s *list.StackSet) { s.AddFunction(r.fn) }

// StackRow is a stack with its values.
type StackRow struct {
	list.Label
	list.Numbers
	Stack *profile.Stack
}

// Describe describes the row by the function that the stack is blamed on.
func (r *StackRow) Describe() tui.Row {
	row := tui.Row{Name: r.Name, Evaluation: r.Evaluation, Blame: r.Stack.Blame, Stack: r.Stack}
	if r.Unit == "goroutines" {
		row.Kind = profile.Goroutine
	}
	for _, f := range r.Stack.Frames() {
		if f.Func == r.Stack.Blame {
			row.At = f
			break
		}
	}
	return row
}

// AddStacks adds the stack.
func (r *StackRow) AddStacks(s *list.StackSet) { s.AddStack(r.Stack) }

// functionRows makes rows of functions: all, or those next to a focus.
func functionRows(by profile.Grouping, focus *profile.Function) func(tui.ViewContext) []*functionRow {
	return func(q tui.ViewContext) []*functionRow {
		t, ok := q.History.Rows(q.Selection(by, focus))
		if !ok {
			return nil
		}
		blamed := tui.BlameFunctions(q.Kind, q.State)
		out := make([]functionRow, 0, len(t.Rows))
		for _, r := range t.Rows {
			if isGone(r) {
				continue
			}
			row := functionRow{Label: list.Label{Key: r.Func.Name, Name: r.Func.Name}, Numbers: numbersOf(q, r, t), fn: r.Func}
			if by == profile.ByLine {
				row.Name = list.FrameAt(profile.Frame{Func: r.Func, Line: r.Line})
				row.Key, row.line = strconv.Itoa(r.Line), r.Line
			} else {
				row.Evaluation, row.Age = q.EvaluationOf(blamed[r.Func], r.Cum), blamed[r.Func].Age
				if row.Evaluation.Shape.IsSuspect() {
					row.Card = blamed[r.Func].Card
				}
			}
			out = append(out, row)
		}
		addRates(q, len(out), func(i int) (*list.Numbers, tui.Blame) { return &out[i].Numbers, blamed[out[i].fn] })
		return list.Pointers(out)
	}
}

// StackRows makes rows of stacks: all, or those through a focus.
func StackRows(focus *profile.Function) func(tui.ViewContext) []*StackRow {
	return func(q tui.ViewContext) []*StackRow {
		t, ok := q.History.Rows(q.Selection(profile.ByStack, focus))
		if !ok {
			return nil
		}
		out := make([]StackRow, 0, len(t.Rows))
		for _, r := range t.Rows {
			if !isGone(r) {
				out = append(out, stackRow(q, r, t))
			}
		}
		addStackRates(q, out)
		return list.Pointers(out)
	}
}

func stackRow(q tui.ViewContext, r profile.Row, t profile.Table) StackRow {
	row := StackRow{list.Label{Key: StackKey(r.Stack), Name: list.StackName(r.Stack)}, numbersOf(q, r, t), r.Stack}
	if q.Kind == profile.Heap && r.Stack.Blame != nil && r.Growth > 0 {
		row.Evaluation, row.Card = q.State.Report.Function(r.Stack.Blame), q.State.Report.LetterOf(q.State.Report.SuspectOfFunction(r.Stack.Blame))
	}
	if t.Type.Name == "goroutine" {
		row.Unit = "goroutines"
		row.Evaluation, row.Card = q.State.Report.Stack(r.Stack), q.State.Report.LetterOf(q.State.Report.SuspectOfStack(r.Stack))
	}
	return row
}

// StackKey returns the key of a stack's row.
func StackKey(s *profile.Stack) string { return "stack " + strconv.Itoa(int(s.ID)) }

// isGone reports whether a row is 0; go tool pprof omits it too.
func isGone(r profile.Row) bool { return r.Flat == 0 && r.Cum == 0 }

// numbersOf returns the numbers of a row, without growth until it can be measured.
func numbersOf(q tui.ViewContext, r profile.Row, t profile.Table) list.Numbers {
	n := list.Numbers{Unit: t.Type.Unit, Flat: r.Flat, Cum: r.Cum, Total: t.Total, IsDelta: !t.Baseline.IsZero()}
	if t.GrowthSpan >= leak.MinRateSpan {
		n.Growth, n.Spark = r.Growth*3600, r.Spark
	}
	return n
}
