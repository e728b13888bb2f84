package format

import "strings"

// Value writes v in its unit, named as pprof does: "bytes", "count",
// "nanoseconds". A number of another unit is written as a count and the unit.
func Value[N number](v N, unit string) string { return kindOf(unit).write(float64(v)) }

// Delta writes a difference with its sign: "+412 MiB", "-12", "0".
func Delta[N number](v N, unit string) string { return signed(float64(v), Value(v, unit)) }

// PerHour writes a rate of change: "+38.4 MiB/h", "+1,020/h", "0 B/h".
func PerHour(v float64, unit string) string { return signed(v, kindOf(unit).write(v)) + "/h" }

// PerHourShort is PerHour where there is little room: "+38.4M/h".
func PerHourShort(v float64, unit string) string { return signed(v, kindOf(unit).short(v)) + "/h" }

// Short returns how an axis writes values of a unit.
func Short(unit string) func(float64) string { return kindOf(unit).short }

// Binary says that values of a unit are counted in powers of two.
func Binary(unit string) bool { return isBytes(unit) }

type kind struct{ write, short func(float64) string }

func isBytes(unit string) bool {
	return unit == "bytes" || unit == "byte"
}

func kindOf(unit string) kind {
	switch {
	case isBytes(unit):
		return kind{Bytes[float64], BytesShort}
	case unit == "nanoseconds":
		return kind{Nanoseconds[float64], func(v float64) string {
			return strings.ReplaceAll(Nanoseconds(v), " ", "")
		}}
	case unit == "count", unit == "objects", unit == "goroutines", unit == "":
		return kind{Count[float64], CountShort}
	}
	name := " " + Clean(unit)
	return kind{
		func(v float64) string { return Count(v) + name },
		CountShort,
	}
}

// signed puts a plus before what is written of a positive number, unless it
// was rounded to nothing.
func signed(v float64, s string) string {
	if v <= 0 || isZero(strings.TrimRight(s, " abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZµ")) {
		return s
	}
	return "+" + s
}
