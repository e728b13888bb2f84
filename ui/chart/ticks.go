package chart

import "github.com/leaktop/leaktop/ui/format"

// Ticks are the values that an axis of values in a unit from lo to hi is marked
// with, the first and the last being its ends, as the charts on screen have them.
func Ticks(lo, hi, limit float64, unit string) []float64 {
	return scale{}.fit(lo, hi, limit, format.Binary(unit)).ticks()
}
