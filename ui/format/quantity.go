package format

import (
	"time"

	"github.com/leaktop/leaktop/profile/quantity"
)

// The functions below are those of package quantity, so that code for the screen finds
// numbers, names and texts in one package.

// Bytes is [quantity.Bytes].
func Bytes[N quantity.Number](n N) string { return quantity.Bytes(n) }

// BytesRough is [quantity.BytesRough].
func BytesRough[N quantity.Number](n N) string { return quantity.BytesRough(n) }

// BytesShort is [quantity.BytesShort].
func BytesShort(n float64) string { return quantity.BytesShort(n) }

// Count is [quantity.Count].
func Count[N quantity.Number](n N) string { return quantity.Count(n) }

// CountShort is [quantity.CountShort].
func CountShort(n float64) string { return quantity.CountShort(n) }

// Percent is [quantity.Percent].
func Percent(share float64) string { return quantity.Percent(share) }

// Share is [quantity.Share].
func Share(part, whole int64) string { return quantity.Share(part, whole) }

// Things is [quantity.Things].
func Things(n int, what string) string { return quantity.Things(n, what) }

// Nanoseconds is [quantity.Nanoseconds].
func Nanoseconds[N quantity.Number](n N) string { return quantity.Nanoseconds(n) }

// Duration is [quantity.Duration].
func Duration(d time.Duration) string { return quantity.Duration(d) }

// Roughly is [quantity.Roughly].
func Roughly(d time.Duration) string { return quantity.Roughly(d) }

// Elapsed is [quantity.Elapsed].
func Elapsed(d time.Duration) string { return quantity.Elapsed(d) }

// NeedsDays is [quantity.NeedsDays].
func NeedsDays(span time.Duration) bool { return quantity.NeedsDays(span) }

// ClockLayout is [quantity.ClockLayout].
func ClockLayout(span time.Duration) string { return quantity.ClockLayout(span) }

// Hours is [quantity.Hours].
func Hours(h float64) string { return quantity.Hours(h) }

// Moment is [quantity.Moment].
func Moment(t time.Time) string { return quantity.Moment(t) }

// BytesUnit is [quantity.BytesUnit].
func BytesUnit(n float64) (v float64, unit string) { return quantity.BytesUnit(n) }

// TwoDigits is [quantity.TwoDigits].
func TwoDigits(v float64) string { return quantity.TwoDigits(v) }
