// Package column packs the values of many rows, observation after observation, in
// little memory: only what changed takes space.
package column

import (
	"encoding/binary"
)

// Column is the packed values of all rows at one observation: most rows are 0, and
// most of the others have the value of an earlier observation. A row that differs
// from the base takes two to six bytes.
type Column struct {
	base   *Column // nil: what is not in packed is 0
	packed []byte  // number of rows skipped, then the difference of each field, repeated
}

// ReadInto writes the values to out, row by row, with the given number of fields
// per row. Rows added after the column was packed are 0.
func (c *Column) ReadInto(out []int64, fields int) {
	clear(out)
	if c.base != nil {
		c.base.applyDeltas(out, fields)
	}
	c.applyDeltas(out, fields)
}

func (c *Column) applyDeltas(out []int64, fields int) {
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
	if c.base != nil {
		c.base.applyField(out, fields, field)
	}
	c.applyField(out, fields, field)
}

func (c *Column) applyField(out []int64, fields, field int) {
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

// columnOverhead is the size of a column without its packed bytes.
const columnOverhead = 64

// Size returns the memory that a column takes in bytes, without its base.
func (c *Column) Size() int { return cap(c.packed) + columnOverhead }

// Packer packs one column after another. Consecutive columns share a base until
// they differ too much from it.
type Packer struct {
	fields     int
	base       *Column
	baseValues []int64
	scratch    []byte
}

// NewPacker returns a packer of columns with the given number of fields per row.
func NewPacker(fields int) *Packer { return &Packer{fields: fields} }

// Pack packs values, given row by row, into a column.
func (x *Packer) Pack(values []int64) *Column {
	if x.base != nil {
		x.scratch = packRows(x.scratch[:0], values, x.baseValues, x.fields)
		if len(x.scratch) <= len(x.base.packed)/2 {
			return &Column{base: x.base, packed: append(make([]byte, 0, len(x.scratch)), x.scratch...)}
		}
	}
	x.scratch = packRows(x.scratch[:0], values, nil, x.fields)
	x.baseValues = append(x.baseValues[:0], values...)
	x.base = &Column{packed: append(make([]byte, 0, len(x.scratch)), x.scratch...)}
	return x.base
}

// Repack packs a column again after rows were moved or merged: row i becomes part of
// row to[i], of the given number of rows.
func (x *Packer) Repack(c *Column, to []int, rows int) *Column {
	if c == nil {
		return nil
	}
	old := make([]int64, len(to)*x.fields)
	c.ReadInto(old, x.fields)
	moved := make([]int64, rows*x.fields)
	for i, j := range to {
		for k := range x.fields {
			moved[j*x.fields+k] += old[i*x.fields+k]
		}
	}
	return x.Pack(moved)
}

// StartBase makes the next column a base.
func (x *Packer) StartBase() { x.base, x.baseValues = nil, x.baseValues[:0] }

// packRows appends the rows in which values differ from base, which may have fewer.
func packRows(to []byte, values, base []int64, fields int) []byte {
	skipped := uint64(0)
	for at := 0; at < len(values); at += fields {
		row := values[at : at+fields]
		var old []int64
		if at < len(base) {
			old = base[at : at+fields]
		}
		if sameRow(row, old) {
			skipped++
			continue
		}
		to = binary.AppendUvarint(to, skipped)
		skipped = 0
		for k, v := range row {
			if old != nil {
				v -= old[k]
			}
			to = binary.AppendVarint(to, v)
		}
	}
	return to
}

func sameRow(row, old []int64) bool {
	for k, v := range row {
		if old == nil && v != 0 || old != nil && v != old[k] {
			return false
		}
	}
	return true
}
