package leak

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// size writes bytes: "36 MiB".
func size(v float64) string {
	n, unit := scale(v)
	return digits(n) + " " + unit
}

// scale finds the binary unit of a number of bytes.
func scale(v float64) (float64, string) {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB"}
	i := 0
	for math.Abs(v) >= 1000 && i < len(units)-1 {
		v /= 1024
		i++
	}
	return v, units[i]
}

// digits writes a number with two significant digits at least and no more
// decimals than one.
func digits(v float64) string {
	if math.Abs(v) < 9.95 && v != math.Trunc(v) {
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return count(v)
}

// count writes a whole number with its thousands apart: "1,020".
func count(v float64) string {
	s := strconv.FormatFloat(math.Round(math.Abs(v)), 'f', 0, 64)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if math.Round(v) < 0 {
		return "-" + s
	}
	return s
}

// span writes a duration to the second or, from an hour on, to the minute.
func span(seconds float64) string {
	d := time.Duration(max(0, seconds) * float64(time.Second)).Round(time.Second)
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
}

// perHour writes a growth and its interval: "+36 MiB/h (33–39)".
func perHour(v, low, high float64, kind Kind) string {
	low = max(0, low)
	if kind == Goroutine {
		return fmt.Sprintf("+%s goroutines/h%s", count(v), interval(count(low), count(high)))
	}
	n, unit := scale(v)
	by := n / v
	return fmt.Sprintf("+%s %s/h%s", digits(n), unit, interval(digits(low*by), digits(high*by)))
}

func interval(low, high string) string {
	if low == high {
		return ""
	}
	return " (" + low + "–" + high + ")"
}

// short is a function's name without the path of its package's parents:
// "store.(*Cache).Put".
func short(name string) string { return profile.ShortName(name) }

// hours writes how long until something, in hours or days.
func hours(h float64) string {
	switch {
	case h < 1:
		return fmt.Sprintf("~%d min", max(1, int(math.Round(h*60))))
	case h < 72:
		return fmt.Sprintf("~%s h", digits(math.Round(h)))
	}
	return fmt.Sprintf("~%s days", count(h/24))
}
