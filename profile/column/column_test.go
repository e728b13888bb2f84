package column

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestColumnsKeepValues checks that packed values are read back, whichever
// column they share a base with, and that rows added later are 0.
func TestColumnsKeepValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fields := rapid.IntRange(1, 3).Draw(t, "fields")
		x := NewPacker(fields)
		value := rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(-3, 3), rapid.Int64())
		var all []*Column
		var want [][]int64
		packed := 0 // number of values in the last column
		values := rapid.SliceOfN(value, 0, 0).Draw(t, "none")
		for range rapid.IntRange(1, 12).Draw(t, "columns") {
			for range rapid.IntRange(0, 4).Draw(t, "new rows") * fields {
				values = append(values, 0)
			}
			for i := range values {
				if rapid.IntRange(0, 4).Draw(t, "changes") == 0 || i >= packed {
					x.WillChange(values, i/fields)
					values[i] = value.Draw(t, "value")
				}
			}
			if rapid.Bool().Draw(t, "knows changes") {
				all = append(all, x.PackChanged(values))
			} else {
				all = append(all, x.Pack(values))
			}
			want, packed = append(want, slices.Clone(values)), len(values)
			if rapid.IntRange(0, 9).Draw(t, "resets") == 0 {
				x.StartBase()
				values = values[:rapid.IntRange(0, len(values)/fields).Draw(t, "rows left")*fields]
				packed = 0
			}
		}
		got := make([]int64, 1000)
		for i, c := range all {
			if rapid.Bool().Draw(t, "flat") {
				if c = Flatten(c, len(want[i])/fields, fields); c.Depth() > 1 {
					t.Fatalf("a flat column has depth %d", c.Depth())
				}
			}
			c.ReadInto(got, fields)
			if !slices.Equal(got[:len(want[i])], want[i]) || slices.ContainsFunc(got[len(want[i]):], func(v int64) bool { return v != 0 }) {
				t.Fatalf("column %d is %v, want %v", i, got, want[i])
			}
			field := rapid.IntRange(0, fields-1).Draw(t, "field")
			one := make([]int64, len(got)/fields)
			c.FillField(one, fields, field)
			for row, v := range one {
				if v != got[row*fields+field] {
					t.Fatalf("field %d of row %d of column %d is %d, want %d", field, row, i, v, got[row*fields+field])
				}
			}
		}
	})
}

// TestColumnsAreSmall checks that rows of zeros take no memory, and neither do
// unchanged rows.
func TestColumnsAreSmall(t *testing.T) {
	x := NewPacker(2)
	values := make([]int64, 2*40_000)
	for i := range 1000 {
		values[2*40*i], values[2*40*i+1] = int64(i), int64(i)<<10
	}
	first := x.Pack(values)
	values[80]++
	second := x.Pack(values)
	if first.Size() > 8000 || second.Base() != first || second.Size() > columnOverhead+8 {
		t.Errorf("%d bytes, then %d", first.Size(), second.Size())
	}
}
