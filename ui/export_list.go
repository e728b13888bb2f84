package ui

import (
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/export"
)

// chosen is the selection of the profile that functions and stacks are of.
func chosen(q shared) profile.Selection { return q.selection(profile.ByFunction, nil) }

// document is the whole table, as it is filtered and sorted, with the profile
// that its rows are of.
func (l *list) document() func(*export.Document) {
	rows, _ := l.table.Rows().(entries)
	order, cols, pattern, filtered := l.table.Order(), l.cols, l.pattern, l.match != nil
	under, empty := l.under, l.emptyText()
	id, desc := l.table.Sort()
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
				t.Rows[i][j] = cols[j].export(&rows.rows[row])
			}
		}
		d.Tables = append(d.Tables, t)
		if under != nil {
			d.View.Profile, d.View.SampleType, d.View.Unit = string(under.Kind), under.Type.Name, under.Type.Unit
			x := *under
			if filtered {
				x = x.Only(shownStacks(rows.rows))
			}
			d.Profile = &x
		}
	}
}

// export is a cell as data.
func (c column) export(e *entry) export.Cell {
	var out export.Cell
	if c.data != nil {
		out = c.data(e)
	}
	if out.Text == "" {
		out.Text = c.cell(e).Text
	}
	return out
}

// shownStacks tells which stacks the rows of a table that is filtered are of.
func shownStacks(rows []entry) func(*profile.Stack) bool {
	stacks, funcs := map[*profile.Stack]bool{}, map[*profile.Function]bool{}
	for i := range rows {
		e := &rows[i]
		switch {
		case e.group != nil:
			for _, s := range e.group.Stacks {
				stacks[s] = true
			}
		case e.stack != nil:
			stacks[e.stack] = true
		case e.fn != nil:
			funcs[e.fn] = true
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
