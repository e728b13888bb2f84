package profile

import (
	"encoding/binary"
	"slices"
)

// column is the packed values of all rows at one observation: most rows are 0, and
// most of the others have the value of an earlier observation. A row that differs
// from the base takes two to six bytes.
type column struct {
	base   *column // nil: what is not in packed is 0
	packed []byte  // number of rows skipped, then the difference of each field, repeated
}

// readInto writes the values to out, row by row, with the given number of fields
// per row. Rows added after the column was packed are 0.
func (c *column) readInto(out []int64, fields int) {
	clear(out)
	if c.base != nil {
		c.base.applyDeltas(out, fields)
	}
	c.applyDeltas(out, fields)
}

func (c *column) applyDeltas(out []int64, fields int) {
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

// fillField writes one field of each row to out. fields is the number of fields per
// row.
func (c *column) fillField(out []int64, fields, field int) {
	clear(out)
	if c.base != nil {
		c.base.applyField(out, fields, field)
	}
	c.applyField(out, fields, field)
}

func (c *column) applyField(out []int64, fields, field int) {
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

// columnOverhead is the size of a column without its packed bytes.
const columnOverhead = 64

func (c *column) packedSize() int { return cap(c.packed) + columnOverhead }

// columns packs one column after another. Consecutive columns share a base until
// they differ too much from it.
type columns struct {
	fields     int
	base       *column
	baseValues []int64
	values     []int64 // of the newest column
	scratch    []byte
}

// scratchValues returns a zeroed buffer for the values of all rows.
func (x *columns) scratchValues(rows int) []int64 {
	x.values = slices.Grow(x.values[:0], rows*x.fields)[:rows*x.fields]
	clear(x.values)
	return x.values
}

// packColumn packs values, given row by row, into a column.
func (x *columns) packColumn(values []int64) *column {
	if x.base != nil {
		x.scratch = packRows(x.scratch[:0], values, x.baseValues, x.fields)
		if len(x.scratch) <= len(x.base.packed)/2 {
			return &column{base: x.base, packed: append(make([]byte, 0, len(x.scratch)), x.scratch...)}
		}
	}
	x.scratch = packRows(x.scratch[:0], values, nil, x.fields)
	x.baseValues = append(x.baseValues[:0], values...)
	x.base = &column{packed: append(make([]byte, 0, len(x.scratch)), x.scratch...)}
	return x.base
}

// startBase makes the next column a base.
func (x *columns) startBase() { x.base, x.baseValues = nil, x.baseValues[:0] }

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
