package format

import (
	"strings"

	"github.com/leaktop/leaktop/profile/quantity"
)

// Value formats v in its unit, named as pprof does: "bytes", "count",
// "nanoseconds". A number of another unit is a count followed by the unit.
func Value[N quantity.Number](v N, unit string) string { return unitFormatOf(unit).write(float64(v)) }

// IsNamed reports whether values of a unit are counts that are shown with its name:
// goroutines, open files and child processes.
func IsNamed(unit string) bool {
	return unit == "goroutines" || unit == "open files" || unit == "child processes"
}

// Delta formats a difference with its sign: "+412 MiB", "-12", "0".
func Delta[N quantity.Number](v N, unit string) string { return addSign(float64(v), Value(v, unit)) }

// PerHour formats a rate of change: "+38.4 MiB/h", "+1,020/h", "0 B/h".
func PerHour(v float64, unit string) string { return Growth(v, unit) + "/h" }

// Growth formats a rate of change where something else says that it is per hour, as a
// column's title does: "+38.4 MiB", "+1,020".
func Growth(v float64, unit string) string { return addSign(v, unitFormatOf(unit).write(v)) }

// PerHourNamed formats a rate of change with what is counted: "+38.4 MiB/h",
// "+1,020 goroutines/h".
func PerHourNamed(v float64, unit string) string {
	if IsNamed(unit) {
		return addSign(v, Value(v, unit)) + " " + unit + "/h"
	}
	return PerHour(v, unit)
}

// PerDay formats a rate of change, given per hour, as that of a day: "+924 MiB/day".
func PerDay(perHour float64, unit string) string {
	return addSign(perHour, unitFormatOf(unit).write(24*perHour)) + "/day"
}

// SignedRough formats a difference with two digits, for a sentence: "+1.5 MiB", "-12".
func SignedRough(v float64, unit string) string {
	if isBytes(unit) {
		return addSign(v, quantity.BytesRough(v))
	}
	return addSign(v, unitFormatOf(unit).write(v))
}

// PerHourShort formats a rate of change for narrow columns: "+38.4M/h".
func PerHourShort(v float64, unit string) string {
	return addSign(v, unitFormatOf(unit).short(v)) + "/h"
}

// AxisFormat returns the function that formats values of a unit for an axis.
func AxisFormat(unit string) func(float64) string { return unitFormatOf(unit).short }

// IsBinary reports whether values of a unit are scaled by powers of two.
func IsBinary(unit string) bool { return isBytes(unit) }

type unitFormat struct{ write, short func(float64) string }

func isBytes(unit string) bool {
	return unit == "bytes" || unit == "byte"
}

func unitFormatOf(unit string) unitFormat {
	switch {
	case isBytes(unit):
		return unitFormat{Bytes[float64], BytesShort}
	case unit == "nanoseconds":
		return unitFormat{Nanoseconds[float64], func(v float64) string {
			return strings.ReplaceAll(Nanoseconds(v), " ", "")
		}}
	case unit == "count", unit == "objects", IsNamed(unit), unit == "":
		return unitFormat{Count[float64], CountShort}
	}
	name := " " + Clean(unit)
	return unitFormat{
		func(v float64) string { return Count(v) + name },
		CountShort,
	}
}

// addSign prepends a plus to the formatted value of a positive number, unless it
// was rounded to zero.
func addSign(v float64, s string) string {
	if v <= 0 || strings.Trim(strings.TrimRight(s, " abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZµ"), "0.") == "" {
		return s
	}
	return "+" + s
}
