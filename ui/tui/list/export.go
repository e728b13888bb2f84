package list

import (
	"slices"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/tui"
)

// Chosen returns the selection of the profile that functions and stacks are of.
func Chosen(q tui.ViewContext) profile.Selection { return q.Selection(profile.ByFunction, nil) }

// Document returns the whole table, filtered and sorted, with the profile that its rows
// come from.
func (l *List[R]) Document() func(*export.Document) {
	shown, _ := l.table.Rows().(rows[R])
	cols := slices.DeleteFunc(slices.Clone(l.spec.Columns), func(c Column[R]) bool { return c.IsOnlyShown })
	order, pattern, filtered := l.table.Order(), l.pattern, l.match != nil
	under, empty := l.extract, l.emptyText()
	id, desc := l.table.Sort()
	return func(d *export.Document) {
		d.View.Filter = pattern
		t := export.Table{Empty: empty}
		for _, c := range cols {
			t.Columns = append(t.Columns, export.Column{ID: c.ID, Title: c.Title, AlignRight: c.Align != 0})
			if c.ID == id && id != "" {
				d.View.Sort, d.View.Descending = c.Title, desc
			}
		}
		cells := make([]export.Cell, len(order)*len(cols))
		t.Rows = make([][]export.Cell, len(order))
		for i, row := range order {
			t.Rows[i], cells = cells[:len(cols):len(cols)], cells[len(cols):]
			for j := range cols {
				t.Rows[i][j] = cols[j].exportCell(shown.all[row])
			}
		}
		d.Tables = append(d.Tables, t)
		if under != nil {
			d.View.Profile, d.View.SampleType, d.View.Unit = string(under.Kind), under.Type.Name, under.Type.Unit
			x := *under
			if filtered {
				x = x.Filter(stacksOf(shown.all))
			}
			d.Profile = &x
		}
	}
}

// exportCell returns a cell as data.
func (c Column[R]) exportCell(r R) export.Cell {
	var out export.Cell
	if c.Data != nil {
		out = c.Data(r)
	}
	if out.Text == "" {
		out.Text = c.Cell(r).Text
	}
	return out
}

// stacksOf returns a function that reports whether a stack belongs to the rows.
func stacksOf[R Row](all []R) func(*profile.Stack) bool {
	var set StackSet
	for _, r := range all {
		if h, ok := any(r).(Holder); ok {
			h.AddStacks(&set)
		}
	}
	return set.Has
}
