package quantity

import (
	"math"
	"strconv"
	"strings"
)

// Number is the type of a value.
type Number interface {
	~int | ~int64 | ~uint64 | ~float64
}

// unitStep is a unit and its size in the smallest unit.
type unitStep struct {
	name string
	size float64
}

// IEC 80000-13.
var byteSteps = []unitStep{
	{"B", 1},
	{"KiB", 1 << 10},
	{"MiB", 1 << 20},
	{"GiB", 1 << 30},
	{"TiB", 1 << 40},
	{"PiB", 1 << 50},
	{"EiB", 1 << 60},
}

// Bytes formats a size in bytes: "412 MiB", "1.02 GiB", "0 B". The result is at
// most 8 columns wide, 9 with a sign.
func Bytes[N Number](n N) string { return formatScaled(float64(n), byteSteps) }

// BytesRough formats a size in bytes for a sentence: with two digits if it is below 10
// of its unit, else without decimals. "2 MiB", "1.5 MiB", "36 MiB".
func BytesRough[N Number](n N) string {
	v, unit := BytesUnit(float64(n))
	return TwoDigits(v) + " " + unit
}

// BytesTrimmed formats a size in bytes without trailing zeros: "512 MiB", "1.5 GiB".
func BytesTrimmed[N Number](n N) string {
	v, unit := BytesUnit(float64(n))
	return trimZeros(v) + " " + unit
}

// BytesUnit returns a size in the unit that it is formatted in, and the unit.
func BytesUnit(n float64) (v float64, unit string) {
	v, s := pickUnit(n, byteSteps)
	return v, s.name
}

// BytesShort formats a size in bytes for an axis: "412M", "1.02G", "0".
func BytesShort(n float64) string {
	v, s := pickUnit(n, byteSteps)
	if v == 0 {
		return "0"
	}
	if s.size == 1 {
		return formatDecimals(v, 0)
	}
	return trimZeros(v) + s.name[:1]
}

// formatScaled formats v with three significant digits in the most suitable unit.
func formatScaled(v float64, steps []unitStep) string {
	v, s := pickUnit(v, steps)
	if s.size == steps[0].size {
		return formatDecimals(v, 0) + " " + s.name
	}
	return ThreeDigits(v) + " " + s.name
}

// pickUnit returns v in the largest unit in which it is at least 1 after rounding. NaN
// becomes 0, and infinities become maxValue.
func pickUnit(v float64, steps []unitStep) (float64, unitStep) {
	v = clampFinite(v)
	i := 0
	for i+1 < len(steps) {
		next := steps[i+1].size / steps[i].size
		if math.Round(math.Abs(v)) < next {
			break
		}
		v /= next
		i++
	}
	return v, steps[i]
}

// ThreeDigits formats v with three significant digits, or more if its integer part
// has more.
func ThreeDigits(v float64) string {
	a := math.Abs(v)
	switch { // 9.995 rounds to 10.0
	case a < 9.995:
		return formatDecimals(v, 2)
	case a < 99.95:
		return formatDecimals(v, 1)
	default:
		return formatDecimals(v, 0)
	}
}

// TwoDigits formats v with at least two significant digits and at most one decimal.
func TwoDigits(v float64) string {
	if math.Abs(v) < 9.95 && v != math.Trunc(v) {
		return formatDecimals(v, 1)
	}
	return Count(v)
}

// trimZeros formats v with up to three significant digits, without trailing zeros.
func trimZeros(v float64) string {
	r, err := strconv.ParseFloat(ThreeDigits(v), 64)
	if err != nil {
		return ThreeDigits(v)
	}
	return strconv.FormatFloat(r, 'f', -1, 64)
}

// formatDecimals formats v with a number of decimals, never as "-0".
func formatDecimals(v float64, decimals int) string {
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if len(s) > 1 && s[0] == '-' && isZero(s[1:]) {
		return s[1:]
	}
	return s
}

func isZero(s string) bool { return strings.Trim(s, "0.") == "" }

func clampFinite(v float64) float64 {
	switch {
	case math.IsNaN(v):
		return 0
	case math.IsInf(v, 1), v > maxValue:
		return maxValue
	case math.IsInf(v, -1), v < -maxValue:
		return -maxValue
	}
	return v
}

// maxValue bounds values so that an absurd one still fits its column: 1023 EiB, or
// about 10^21 of anything else.
const maxValue = 1023 * (1 << 60)
