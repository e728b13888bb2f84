package format

import (
	"math"
	"strconv"
)

// number is the type of a value.
type number interface {
	~int | ~int64 | ~uint64 | ~float64
}

// step is a unit and its size in the smallest unit.
type step struct {
	name string
	size float64
}

// IEC 80000-13.
var byteSteps = []step{
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
func Bytes[N number](n N) string { return scaled(float64(n), byteSteps) }

// BytesShort formats a size in bytes for an axis: "412M", "1.02G", "0".
func BytesShort(n float64) string {
	v, s := pick(n, byteSteps)
	if v == 0 {
		return "0"
	}
	if s.size == 1 {
		return digits(v, 0)
	}
	return shortest(v) + s.name[:1]
}

// scaled formats v with three significant digits in the most suitable unit.
func scaled(v float64, steps []step) string {
	v, s := pick(v, steps)
	if s.size == steps[0].size {
		return digits(v, 0) + " " + s.name
	}
	return significant(v) + " " + s.name
}

// pick returns v in the largest unit in which it is at least 1 after rounding. NaN
// becomes 0, and infinities become maxShown.
func pick(v float64, steps []step) (float64, step) {
	v = finite(v)
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

// significant formats v with three significant digits, or more if its integer part
// has more.
func significant(v float64) string {
	a := math.Abs(v)
	switch { // 9.995 rounds to 10.0
	case a < 9.995:
		return digits(v, 2)
	case a < 99.95:
		return digits(v, 1)
	default:
		return digits(v, 0)
	}
}

// shortest formats v with up to three significant digits, without trailing zeros.
func shortest(v float64) string {
	r, err := strconv.ParseFloat(significant(v), 64)
	if err != nil {
		return significant(v)
	}
	return strconv.FormatFloat(r, 'f', -1, 64)
}

// digits formats v with a number of decimals, never as "-0".
func digits(v float64, decimals int) string {
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if len(s) > 1 && s[0] == '-' && isZero(s[1:]) {
		return s[1:]
	}
	return s
}

func isZero(s string) bool {
	for i := range len(s) {
		if s[i] != '0' && s[i] != '.' {
			return false
		}
	}
	return true
}

func finite(v float64) float64 {
	switch {
	case math.IsNaN(v):
		return 0
	case math.IsInf(v, 1), v > maxShown:
		return maxShown
	case math.IsInf(v, -1), v < -maxShown:
		return -maxShown
	}
	return v
}

// maxShown bounds values so that an absurd one still fits its column: 1023 EiB, or
// about 10^21 of anything else.
const maxShown = 1023 * (1 << 60)
