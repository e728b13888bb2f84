package format

import "strings"

// Value formats v in its unit, named as pprof does: "bytes", "count",
// "nanoseconds". A number of another unit is a count followed by the unit.
func Value[N number](v N, unit string) string { return kindOf(unit).write(float64(v)) }

// Delta formats a difference with its sign: "+412 MiB", "-12", "0".
func Delta[N number](v N, unit string) string { return signed(float64(v), Value(v, unit)) }

// PerHour formats a rate of change: "+38.4 MiB/h", "+1,020/h", "0 B/h".
func PerHour(v float64, unit string) string { return signed(v, kindOf(unit).write(v)) + "/h" }

// PerHourShort formats a rate of change for narrow columns: "+38.4M/h".
func PerHourShort(v float64, unit string) string { return signed(v, kindOf(unit).short(v)) + "/h" }

// Short returns the function that formats values of a unit for an axis.
func Short(unit string) func(float64) string { return kindOf(unit).short }

// Binary reports whether values of a unit are scaled by powers of two.
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

// signed prepends a plus to the formatted value of a positive number, unless it
// was rounded to zero.
func signed(v float64, s string) string {
	if v <= 0 || isZero(strings.TrimRight(s, " abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZµ")) {
		return s
	}
	return "+" + s
}
