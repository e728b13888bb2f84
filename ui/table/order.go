package table

import (
	"cmp"
	"slices"
)

// lazyOrder is the order of sorted rows. It is computed only for the places that are
// needed: sorting tens of thousands of rows would delay a key press, and a screen shows
// a few dozen.
type lazyOrder struct {
	rows    []int              // the row at each place, as far as known
	parts   []part             // of the places, in order
	compare func(a, b int) int // orders two rows; never 0 for different ones
}

// part is a range of places with its final rows, perhaps not yet in order. It begins
// where the previous part ends.
type part struct {
	end      int
	isSorted bool
}

// maxUnsplit is the size up to which a part is sorted at once.
const maxUnsplit = 64

func newLazyOrder(n int, compare func(a, b int) int) *lazyOrder {
	return &lazyOrder{rows: ownOrder(n), parts: []part{{end: n}}, compare: compare}
}

// rowAt returns the row at a place.
func (o *lazyOrder) rowAt(place int) int {
	for {
		i, _ := slices.BinarySearchFunc(o.parts, place, func(p part, place int) int { return cmp.Compare(p.end, place+1) })
		if o.parts[i].isSorted {
			return o.rows[place]
		}
		o.refine(i)
	}
}

// placeOf returns the place of a row.
func (o *lazyOrder) placeOf(row int) (place int) {
	for other := range o.rows {
		if o.compare(other, row) < 0 {
			place++
		}
	}
	return place
}

// all returns the rows at all places.
func (o *lazyOrder) all() []int {
	from := 0
	for i, p := range o.parts {
		if !p.isSorted {
			slices.SortFunc(o.rows[from:p.end], o.compare)
			o.parts[i].isSorted = true
		}
		from = p.end
	}
	return slices.Clone(o.rows)
}

// refine sorts a part if it is small, or else splits it in two around one of its rows.
func (o *lazyOrder) refine(i int) {
	from, end := 0, o.parts[i].end
	if i > 0 {
		from = o.parts[i-1].end
	}
	rows := o.rows[from:end]
	if len(rows) > maxUnsplit {
		at := o.split(rows)
		if min(at, len(rows)-at) > len(rows)/32 { // otherwise the rows are in an order in which splitting takes longer than sorting
			o.parts = slices.Insert(o.parts, i, part{end: from + at})
			return
		}
	}
	slices.SortFunc(rows, o.compare)
	o.parts[i].isSorted = true
}

// split puts the rows that sort before a pivot first, and returns their number.
func (o *lazyOrder) split(rows []int) (before int) {
	n := len(rows)
	pivot := o.medianOf(o.medianOf(rows[0], rows[n/8], rows[n/4]), o.medianOf(rows[3*n/8], rows[n/2], rows[5*n/8]), o.medianOf(rows[3*n/4], rows[7*n/8], rows[n-1]))
	for i, row := range rows {
		if o.compare(row, pivot) < 0 {
			rows[i], rows[before] = rows[before], row
			before++
		}
	}
	return before
}

func (o *lazyOrder) medianOf(a, b, c int) int {
	if o.compare(a, b) > 0 {
		a, b = b, a
	}
	switch {
	case o.compare(b, c) <= 0:
		return b
	case o.compare(a, c) <= 0:
		return c
	}
	return a
}

// ownOrder returns the order of n rows that are not sorted.
func ownOrder(n int) []int {
	o := make([]int, n)
	for i := range o {
		o[i] = i
	}
	return o
}
