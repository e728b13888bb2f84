package quantity

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

var nanoSteps = []unitStep{{"ns", 1}, {"µs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"min", 6e10}, {"h", 3.6e12}}

// Nanoseconds formats a profile's value in nanoseconds: "412 ms", "1.02 s",
// "3.40 min", "12.5 h".
func Nanoseconds[N Number](n N) string { return formatScaled(float64(n), nanoSteps) }

const day = 24 * time.Hour

// Duration formats a duration in its two largest units: "850ms", "58s", "4m12s",
// "3h12m", "2d4h".
func Duration(d time.Duration) string {
	if d < 0 {
		return "-" + Duration(-max(d, -math.MaxInt64)) // the minimum has no positive counterpart
	}
	switch {
	case d == 0:
		return "0s"
	case d < 999500*time.Nanosecond:
		return "<1ms"
	case d < 999500*time.Microsecond:
		return strconv.FormatInt(int64(d.Round(time.Millisecond)/time.Millisecond), 10) + "ms"
	case d < 10*time.Second-50*time.Millisecond && d%time.Second != 0:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + "s"
	}
	d = d.Round(time.Second)
	if d >= time.Hour {
		d = d.Round(time.Minute)
	}
	if d >= day {
		d = d.Round(time.Hour)
	}
	switch {
	case d < time.Minute:
		return twoUnits(d, time.Second, "s", 0, "")
	case d < time.Hour:
		return twoUnits(d, time.Minute, "m", time.Second, "s")
	case d < day:
		return twoUnits(d, time.Hour, "h", time.Minute, "m")
	default:
		return twoUnits(d, day, "d", time.Hour, "h")
	}
}

// Seconds is [Duration] of a number of seconds, rounded to whole ones.
func Seconds(s float64) string {
	return Duration(time.Duration(max(0, s) * float64(time.Second)).Round(time.Second))
}

// Hours formats a rough time until something: "~26m", "~26h", "~12d".
func Hours(h float64) string {
	switch {
	case h < 1:
		return fmt.Sprintf("~%dm", max(1, int(math.Round(h*60))))
	case h < 72:
		return "~" + Count(h) + "h"
	}
	return "~" + Count(h/24) + "d"
}

// twoUnits formats d in one unit, and the remainder in the next if there is any.
func twoUnits(d, big time.Duration, bigName string, small time.Duration, smallName string) string {
	s := strconv.FormatInt(int64(d/big), 10) + bigName
	if small > 0 && d%big >= small {
		s += strconv.FormatInt(int64(d%big/small), 10) + smallName
	}
	return s
}

// Roughly formats an approximate duration in one unit: "26h", "12m", "3d".
func Roughly(d time.Duration) string {
	switch {
	case d < 0:
		return "0s"
	case d < 100*time.Second:
		return fmt.Sprintf("%.0fs", d.Seconds())
	case d < 100*time.Minute:
		return fmt.Sprintf("%.0fm", d.Minutes())
	case d < 72*time.Hour:
		return fmt.Sprintf("%.0fh", d.Hours())
	default:
		return Count(d.Hours()/24) + "d"
	}
}

// Elapsed formats the length of a watch like a clock: "00:04:12".
func Elapsed(d time.Duration) string {
	s := max(int64(d/time.Second), 0)
	return fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60)
}

// NeedsDays reports whether a span is so long that its moments need a day besides the time.
func NeedsDays(span time.Duration) bool { return span > 12*time.Hour }

// ClockLayout returns the layout for moments of a span: with the day, if it needs that.
func ClockLayout(span time.Duration) string {
	if NeedsDays(span) {
		return momentLayout
	}
	return time.TimeOnly
}

const momentLayout = "2 Jan 15:04"

// Moment formats a time that may be some days ago, in its own time zone: "26 Nov 03:10".
func Moment(t time.Time) string { return t.Format(momentLayout) }
