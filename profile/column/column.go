// Package column packs the values of many rows, observation after observation, in
// little memory: only what changed takes space.
package column

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
)

// Column is the packed values of all rows at one observation: most rows are 0, and
// most of the others have the value of an earlier observation. A row that differs
// from the base takes two to six bytes.
type Column struct {
	base   *Column // nil: what is not in packed is 0
	depth  int     // how many columns are below it
	packed []byte  // number of rows skipped, then the difference of each field, repeated
}

// ReadInto writes the values to out, row by row, with the given number of fields
// per row. Rows added after the column was packed are 0.
func (c *Column) ReadInto(out []int64, fields int) {
	clear(out)
	c.applyDeltas(out, fields)
}

func (c *Column) applyDeltas(out []int64, fields int) {
	if c.base != nil {
		c.base.applyDeltas(out, fields)
	}
	at := 0
	for b := c.packed; len(b) > 0; {
		skip, n := binary.Uvarint(b)
		b = b[n:]
		at += int(skip) * fields
		for k := range fields {
			v, n := binary.Varint(b)
			b = b[n:]
			out[at+k] += v
		}
		at += fields
	}
}

// FillField writes one field of each row to out. fields is the number of fields per
// row.
func (c *Column) FillField(out []int64, fields, field int) {
	clear(out)
	c.applyField(out, fields, field)
}

func (c *Column) applyField(out []int64, fields, field int) {
	if c.base != nil {
		c.base.applyField(out, fields, field)
	}
	row := 0
	for b := c.packed; len(b) > 0; row++ {
		skip, n := binary.Uvarint(b)
		b = b[n:]
		row += int(skip)
		for k := range fields {
			v, n := binary.Varint(b)
			b = b[n:]
			if k == field {
				out[row] += v
			}
		}
	}
}

// Base returns the column that c is packed against; nil if it is a base itself.
func (c *Column) Base() *Column { return c.base }

// Depth returns how many columns must be read before c.
func (c *Column) Depth() int { return c.depth }

// columnOverhead is the size of a column without its packed bytes.
const columnOverhead = 64

// Size returns the memory that a column takes in bytes, without its base.
func (c *Column) Size() int { return cap(c.packed) + columnOverhead }

// maxDepth bounds how many columns are read to know one of them.
const maxDepth = 16

// Packer packs one column after another. Consecutive columns share a base until they
// differ too much from it. If little changes from one column to the next, the new one has
// only the changes, and the previous one is its base.
//
// It keeps no values: those of the base are read from the base, and of the last column
// only those that change.
type Packer struct {
	fields    int
	base      *Column
	differing []uint64 // bitmap of the rows that may differ from the base
	scratch   []byte
	last      *Column
	direct    int      // bytes of the last column that was packed against the base
	changed   []uint64 // bitmap of the rows that change after the last column
	before    []int64  // what they held
	beforeAt  []int32  // by row that changes: where in before
}

// NewPacker returns a packer of columns with the given number of fields per row.
func NewPacker(fields int) *Packer { return &Packer{fields: fields} }

// Pack packs values, given row by row, into a column.
func (x *Packer) Pack(values []int64) *Column {
	x.differing = growBitmap(x.differing, len(values)/x.fields)
	base := newRowReader(x.base, x.fields)
	for at := 0; at < len(values); at += x.fields {
		if row := at / x.fields; !sameRow(values[at:at+x.fields], base.valuesOf(row)) {
			markRow(x.differing, row)
		}
	}
	return x.packDiffering(values)
}

// WillChange notes that a row is about to change, for [Packer.PackChanged]. values are those
// of all rows; a new row is 0 before it changes.
func (x *Packer) WillChange(values []int64, row int) {
	x.changed = growBitmap(x.changed, row+1)
	if x.changed[row/64]&(1<<(row%64)) != 0 {
		return
	}
	markRow(x.changed, row)
	for len(x.beforeAt) <= row {
		x.beforeAt = append(x.beforeAt, 0)
	}
	x.beforeAt[row] = int32(len(x.before))
	x.before = append(x.before, values[row*x.fields:(row+1)*x.fields]...)
}

// PackChanged packs values that differ from the last ones only in rows that
// [Packer.WillChange] has noted.
func (x *Packer) PackChanged(values []int64) *Column {
	x.differing = growBitmap(x.differing, max(len(values)/x.fields, 64*len(x.changed)))
	for word, set := range x.changed {
		x.differing[word] |= set
	}
	if c := x.packNext(values); c != nil {
		x.forgetChanges()
		return c
	}
	return x.packDiffering(values)
}

func (x *Packer) forgetChanges() {
	x.before = x.before[:0]
	clear(x.changed)
}

// packNext packs the rows that changed since the last column. It returns nil if too many
// changed, or if the last column is too deep.
func (x *Packer) packNext(values []int64) *Column {
	if x.last == nil || x.last.depth == maxDepth {
		return nil
	}
	to, next := x.scratch[:0], 0
	for word, set := range x.changed {
		for ; set != 0; set &= set - 1 {
			row := word*64 + bits.TrailingZeros64(set)
			now, old := values[row*x.fields:(row+1)*x.fields], x.before[x.beforeAt[row]:int(x.beforeAt[row])+x.fields]
			if !sameRow(now, old) {
				to = appendRow(to, row-next, now, old)
				next = row + 1
			}
		}
	}
	if x.scratch = to; len(to) > x.direct/2 {
		return nil
	}
	x.last = &Column{base: x.last, depth: x.last.depth + 1, packed: slices.Clone(to)}
	return x.last
}

// appendRow appends the difference of a row, after the number of skipped rows. old is nil
// if the row was 0.
func appendRow(to []byte, skipped int, now, old []int64) []byte {
	to = binary.AppendUvarint(to, uint64(skipped))
	for k, v := range now {
		if old != nil {
			v -= old[k]
		}
		to = binary.AppendVarint(to, v)
	}
	return to
}

// growBitmap returns a bitmap of at least n bits.
func growBitmap(bitmap []uint64, n int) []uint64 {
	for len(bitmap)*64 < n {
		bitmap = append(bitmap, 0)
	}
	return bitmap
}

func markRow(bitmap []uint64, row int) { bitmap[row/64] |= 1 << (row % 64) }

// rowReader reads the rows of a base in ascending order.
type rowReader struct {
	packed []byte
	row    int     // of values; -1 before the first, or beyond all rows after the last
	values []int64 // of the row
}

// newRowReader returns a reader of a base; of none if it is nil.
func newRowReader(base *Column, fields int) *rowReader {
	r := &rowReader{row: -1, values: make([]int64, fields)}
	if base != nil {
		r.packed = base.packed
	}
	return r
}

// valuesOf returns the values of a row, which must not be below the last one; nil if they
// are 0. They are valid until the next call.
func (r *rowReader) valuesOf(row int) []int64 {
	for r.row < row {
		if len(r.packed) == 0 {
			r.row = math.MaxInt
			break
		}
		skip, n := binary.Uvarint(r.packed)
		r.packed = r.packed[n:]
		r.row += 1 + int(skip)
		for k := range r.values {
			r.values[k], n = binary.Varint(r.packed)
			r.packed = r.packed[n:]
		}
	}
	if r.row != row {
		return nil
	}
	return r.values
}

// packDiffering packs the rows that may differ from the base.
func (x *Packer) packDiffering(values []int64) *Column {
	x.forgetChanges()
	x.packRows(values)
	x.direct = len(x.scratch)
	if x.base != nil && len(x.scratch) <= len(x.base.packed)/2 {
		x.last = &Column{base: x.base, depth: 1, packed: slices.Clone(x.scratch)}
		return x.last
	}
	x.base = nil
	for row := range len(values) / x.fields {
		markRow(x.differing, row)
	}
	x.packRows(values)
	clear(x.differing)
	x.base = &Column{packed: slices.Clone(x.scratch)}
	x.last = x.base
	return x.base
}

// Repack packs a column again after rows were moved or merged: row i becomes part of
// row to[i], of the given number of rows, or is left out if that is negative.
func (x *Packer) Repack(c *Column, to []int, rows int) *Column {
	if c == nil {
		return nil
	}
	old := make([]int64, len(to)*x.fields)
	c.ReadInto(old, x.fields)
	moved := make([]int64, rows*x.fields)
	for i, j := range to {
		if j < 0 {
			continue
		}
		for k := range x.fields {
			moved[j*x.fields+k] += old[i*x.fields+k]
		}
	}
	return x.Pack(moved)
}

// Flatten returns a column with the same values and the given number of rows, which keeps
// no column but its base in memory.
func Flatten(c *Column, rows, fields int) *Column {
	bottom := c
	for bottom.base != nil {
		bottom = bottom.base
	}
	now, old := make([]int64, rows*fields), make([]int64, rows*fields)
	c.ReadInto(now, fields)
	bottom.ReadInto(old, fields)
	var packed []byte
	next := 0
	for row := range rows {
		if at := row * fields; !sameRow(now[at:at+fields], old[at:at+fields]) {
			packed = appendRow(packed, row-next, now[at:at+fields], old[at:at+fields])
			next = row + 1
		}
	}
	return &Column{base: bottom, depth: 1, packed: slices.Clone(packed)}
}

// StartBase makes the next column a base.
func (x *Packer) StartBase() {
	x.base, x.last = nil, nil
	x.forgetChanges()
	clear(x.differing)
}

// packRows packs the rows that differ from the base.
func (x *Packer) packRows(values []int64) {
	to, next, base := x.scratch[:0], 0, newRowReader(x.base, x.fields)
	for word, set := range x.differing {
		for ; set != 0; set &= set - 1 {
			row := word*64 + bits.TrailingZeros64(set)
			at := row * x.fields
			now, old := values[at:at+x.fields], base.valuesOf(row)
			if sameRow(now, old) {
				x.differing[word] &^= 1 << (row % 64)
				continue
			}
			to = appendRow(to, row-next, now, old)
			next = row + 1
		}
	}
	x.scratch = to
}

func sameRow(row, old []int64) bool {
	for k, v := range row {
		if old == nil && v != 0 || old != nil && v != old[k] {
			return false
		}
	}
	return true
}
