package chart

import "github.com/leaktop/leaktop/ui/format"

// Ticks returns the values at the ticks of an axis for values from lo to hi, as
// charts on screen have them. The first and the last are the ends of the axis.
func Ticks(lo, hi, limit float64, unit string) []float64 {
	return valueAxis{}.fitRange(lo, hi, limit, format.IsBinary(unit)).ticks()
}
