package list

import (
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// Label has the fields that every row has.
type Label struct {
	Key  string // identifies the row through all polls
	Name string // what the filter searches
	Tag  string // tells the row from others with the same name; usually empty
}

// Title returns what the row is called in its table.
func (l *Label) Title() string {
	if l.Tag == "" {
		return l.Name
	}
	return l.Name + " " + theme.SymbolDot + " " + l.Tag
}

// RowLabel returns the label of a row.
func (l *Label) RowLabel() *Label { return l }

// Row is a row of a table: a pointer to a struct that embeds a [Label].
type Row interface{ RowLabel() *Label }

// MeasuredRow is a row with numbers: a struct that embeds [Numbers] as well.
type MeasuredRow interface {
	Row
	Measured() *Numbers
}

// Describer is a row about a function or a stack, which may be suspected.
type Describer interface{ Describe() tui.Row }

// Holder is a row with stacks, which are exported if the row passes the filter.
type Holder interface{ AddStacks(*StackSet) }

// StackSet is a set of stacks of a profile, added one by one or by a function that they
// contain.
type StackSet struct {
	stacks map[*profile.Stack]bool
	funcs  map[*profile.Function]bool
}

// AddStack adds a stack.
func (s *StackSet) AddStack(st *profile.Stack) {
	if s.stacks == nil {
		s.stacks = map[*profile.Stack]bool{}
	}
	s.stacks[st] = true
}

// AddGroup adds the stacks of a group.
func (s *StackSet) AddGroup(g *profile.Group) {
	for _, st := range g.Stacks {
		s.AddStack(st)
	}
}

// AddFunction adds all stacks that a function is on.
func (s *StackSet) AddFunction(f *profile.Function) {
	if s.funcs == nil {
		s.funcs = map[*profile.Function]bool{}
	}
	s.funcs[f] = true
}

// Has reports whether a stack is in the set.
func (s *StackSet) Has(st *profile.Stack) bool {
	if s.stacks[st] {
		return true
	}
	for _, f := range st.Frames() {
		if s.funcs[f.Func] {
			return true
		}
	}
	return false
}

// rows adapts the rows to the table widget.
type rows[R Row] struct {
	all  []R
	cols []Column[R]
}

func (r rows[R]) Len() int                     { return len(r.all) }
func (r rows[R]) Key(row int) string           { return r.all[row].RowLabel().Key }
func (r rows[R]) Cell(row, col int) table.Cell { return r.cols[col].Cell(r.all[row]) }
func (r rows[R]) Compare(col, a, b int) int    { return r.cols[col].compareRows(r.all[a], r.all[b]) }

// Rank implements [table.Ranker].
func (r rows[R]) Rank(col int) func(row int) float64 {
	rank := r.cols[col].Rank
	if rank == nil {
		return nil
	}
	return func(row int) float64 { return rank(r.all[row]) }
}

// Pointers returns a pointer to each of some rows.
func Pointers[T any](all []T) []*T {
	out := make([]*T, len(all))
	for i := range all {
		out[i] = &all[i]
	}
	return out
}
