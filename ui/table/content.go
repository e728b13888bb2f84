package table

import "cmp"

// content is the rows in the order in which they are shown.
type content struct {
	rows      Rows
	order     *lazyOrder // nil is the rows' own order
	sortID    string     // of the column sorted by; "" is the rows' own order
	sortDesc  bool
	ascending func(a, b int) int // compares rows by that column, if there is an order
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
		return c.order.rowAt(place)
	}
	return place
}

// findKey returns the place of the row with a key, -1 if there is none.
func (c content) findKey(key string) int {
	for row := range c.countRows() {
		switch {
		case c.rows.Key(row) != key:
		case c.order != nil:
			return c.order.placeOf(row)
		default:
			return row
		}
	}
	return -1
}

// allRows returns the indices in Rows in the order in which they are shown.
func (c content) allRows() []int {
	if c.order != nil {
		return c.order.all()
	}
	return ownOrder(c.countRows())
}

// setSort sorts by the column with an ID; "" restores the rows' own order.
func (c *content) setSort(id string, desc bool, columns columnSet) {
	isReversed := id == c.sortID && desc != c.sortDesc && c.order != nil
	c.sortID, c.sortDesc = id, desc
	if isReversed {
		c.startOrder()
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
	c.ascending = compareBy(s, col, c.rows.Len())
	c.startOrder()
}

// startOrder starts the order in the direction of the sort. Equal rows keep their own
// order in both.
func (c *content) startOrder() {
	ascending, desc := c.ascending, c.sortDesc
	c.order = newLazyOrder(c.rows.Len(), func(a, b int) int {
		n := ascending(a, b)
		switch {
		case n == 0:
			return cmp.Compare(a, b)
		case desc:
			return -n
		}
		return n
	})
}

// compareBy returns the function that compares rows by a column. Numbers are looked up
// once.
func compareBy(s Sorter, col, rows int) func(a, b int) int {
	var rank func(row int) float64
	if r, ok := s.(Ranker); ok {
		rank = r.Rank(col)
	}
	if rank == nil {
		return func(a, b int) int { return s.Compare(col, a, b) }
	}
	ranks := make([]float64, rows)
	for row := range ranks {
		ranks[row] = rank(row)
	}
	return func(a, b int) int { return cmp.Compare(ranks[a], ranks[b]) }
}
