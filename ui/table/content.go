package table

import (
	"cmp"
	"slices"
)

// content is the rows in the order in which they are shown.
type content struct {
	rows     Rows
	order    []int  // row at each place; nil is the rows' own order
	sortID   string // of the column sorted by; "" is the rows' own order
	sortDesc bool
}

func (c content) countRows() int {
	if c.rows == nil {
		return 0
	}
	return c.rows.Len()
}

// rowAt returns the index in Rows of the row at a place.
func (c content) rowAt(place int) int {
	if c.order != nil {
		return c.order[place]
	}
	return place
}

// findKey returns the place of the row with a key, -1 if there is none.
func (c content) findKey(key string) int {
	for i := range c.countRows() {
		if c.rows.Key(c.rowAt(i)) == key {
			return i
		}
	}
	return -1
}

// setSort sorts by the column with an ID; "" restores the rows' own order.
func (c *content) setSort(id string, desc bool, columns columnSet) {
	turn := id == c.sortID && desc != c.sortDesc && c.order != nil
	c.sortID, c.sortDesc = id, desc
	if turn {
		c.reverseOrder(columns.indexOf(id))
	} else {
		c.sortRows(columns)
	}
}

// sortRows sorts by the sort column, if the rows can be sorted by it.
func (c *content) sortRows(columns columnSet) {
	c.order = nil
	s, ok := c.rows.(Sorter)
	col := columns.indexOf(c.sortID)
	if !ok || col < 0 || columns.all[col].Sort == SortNone {
		return
	}
	c.order = ownOrder(c.rows.Len())
	slices.SortFunc(c.order, func(a, b int) int { // stable, in half the time of a stable sort
		n := s.Compare(col, a, b)
		if c.sortDesc {
			n = -n
		}
		return cmp.Or(n, cmp.Compare(a, b))
	})
}

// reverseOrder reverses the order by a column, except that equal rows keep theirs. It
// saves sorting tens of thousands of rows again, which would delay a key press.
func (c *content) reverseOrder(col int) {
	s := c.rows.(Sorter)
	o := slices.Clone(c.order) // a copy of the table may have it, too
	slices.Reverse(o)
	for i := 0; i < len(o); {
		end := i + 1
		for end < len(o) && s.Compare(col, o[i], o[end]) == 0 {
			end++
		}
		slices.Reverse(o[i:end])
		i = end
	}
	c.order = o
}

// ownOrder returns the order of n rows that are not sorted.
func ownOrder(n int) []int {
	o := make([]int, n)
	for i := range o {
		o[i] = i
	}
	return o
}
