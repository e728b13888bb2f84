package list

import (
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/tui"
)

// Chosen is the selection of the profile that functions and stacks are of.
func Chosen(q tui.ViewContext) profile.Selection { return q.Selection(profile.ByFunction, nil) }

// Document is the whole table, as it is filtered and sorted, with the profile
// that its rows are of.
func (l *List) Document() func(*export.Document) {
	rows, _ := l.Table.Rows().(Rows)
	order, cols, pattern, filtered := l.Table.Order(), l.cols, l.pattern, l.Match != nil
	under, empty := l.under, l.emptyText()
	id, desc := l.Table.Sort()
	return func(d *export.Document) {
		d.View.Filter = pattern
		t := export.Table{Empty: empty}
		for _, c := range cols {
			t.Columns = append(t.Columns, export.Column{ID: c.ID, Title: c.Title, Right: c.Align != 0})
			if c.ID == id && id != "" {
				d.View.Sort, d.View.Descending = c.Title, desc
			}
		}
		cells := make([]export.Cell, len(order)*len(cols))
		t.Rows = make([][]export.Cell, len(order))
		for i, row := range order {
			t.Rows[i], cells = cells[:len(cols):len(cols)], cells[len(cols):]
			for j := range cols {
				t.Rows[i][j] = cols[j].export(&rows.Rows[row])
			}
		}
		d.Tables = append(d.Tables, t)
		if under != nil {
			d.View.Profile, d.View.SampleType, d.View.Unit = string(under.Kind), under.Type.Name, under.Type.Unit
			x := *under
			if filtered {
				x = x.Only(ShownStacks(rows.Rows))
			}
			d.Profile = &x
		}
	}
}

// export is a cell as data.
func (c Column) export(e *Entry) export.Cell {
	var out export.Cell
	if c.Data != nil {
		out = c.Data(e)
	}
	if out.Text == "" {
		out.Text = c.Cell(e).Text
	}
	return out
}

// ShownStacks tells which stacks the rows of a table that is filtered are of.
func ShownStacks(rows []Entry) func(*profile.Stack) bool {
	stacks, funcs := map[*profile.Stack]bool{}, map[*profile.Function]bool{}
	for i := range rows {
		e := &rows[i]
		switch {
		case e.Group != nil:
			for _, s := range e.Group.Stacks {
				stacks[s] = true
			}
		case e.Stack != nil:
			stacks[e.Stack] = true
		case e.Fn != nil:
			funcs[e.Fn] = true
		}
	}
	return func(s *profile.Stack) bool {
		if stacks[s] {
			return true
		}
		for i := range s.Frames {
			if funcs[s.Frames[i].Func] {
				return true
			}
		}
		return false
	}
}
