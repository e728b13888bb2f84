package leak

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// formatBytes formats bytes: "36 MiB".
func formatBytes(v float64) string {
	n, unit := binaryUnit(v)
	return formatDigits(n) + " " + unit
}

// binaryUnit returns the binary unit for a number of bytes.
func binaryUnit(v float64) (float64, string) {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB"}
	i := 0
	for math.Round(math.Abs(v)) >= 1024 && i < len(units)-1 { // as tables and charts do
		v /= 1024
		i++
	}
	return v, units[i]
}

// formatDigits formats a number with at least two significant digits and at most
// one decimal.
func formatDigits(v float64) string {
	if math.Abs(v) < 9.95 && v != math.Trunc(v) {
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return formatCount(v)
}

// formatCount formats a whole number with thousands separators: "1,020".
func formatCount(v float64) string {
	s := strconv.FormatFloat(math.Round(math.Abs(v)), 'f', 0, 64)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if math.Round(v) < 0 {
		return "-" + s
	}
	return s
}

// formatSpan formats a duration in its two largest units, as the rest of the screen
// does: "58s", "4m12s", "3h12m", "2d4h".
func formatSpan(seconds float64) string {
	d := time.Duration(max(0, seconds) * float64(time.Second)).Round(time.Second)
	units := []struct {
		name string
		size time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}}
	for i, u := range units[:len(units)-1] {
		if d < u.size {
			continue
		}
		d = d.Round(units[i+1].size)
		s := fmt.Sprintf("%d%s", d/u.size, u.name)
		if rest := d % u.size / units[i+1].size; rest > 0 {
			s += fmt.Sprintf("%d%s", rest, units[i+1].name)
		}
		return s
	}
	return fmt.Sprintf("%ds", d/time.Second)
}

// perHour formats a growth and its interval: "+36.2 MiB/h (33–39)".
func perHour(v, low, high float64, kind Kind) string {
	low = max(0, low)
	if kind == Goroutine {
		return fmt.Sprintf("+%s goroutines/h%s", formatCount(v), formatInterval(formatCount(low), formatCount(high)))
	}
	n, unit := binaryUnit(v)
	by := n / v
	return fmt.Sprintf("+%s %s/h%s", threeDigits(n), unit, formatInterval(formatDigits(low*by), formatDigits(high*by)))
}

// threeDigits formats a rate as tables and charts do, so that the same rate reads
// the same everywhere.
func threeDigits(v float64) string {
	switch a := math.Abs(v); { // 9.995 rounds to 10.0
	case a < 9.995:
		return strconv.FormatFloat(v, 'f', 2, 64)
	case a < 99.95:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}

func formatInterval(low, high string) string {
	if low == high {
		return ""
	}
	return " (" + low + "–" + high + ")"
}

// shortName returns a function's name without the path of its package's parents:
// "store.(*Cache).Put".
func shortName(name string) string { return profile.ShortName(name) }

// Hours formats a rough time until something: "~26m", "~26h", "~12d".
func Hours(h float64) string {
	switch {
	case h < 1:
		return fmt.Sprintf("~%dm", max(1, int(math.Round(h*60))))
	case h < 72:
		return fmt.Sprintf("~%sh", formatDigits(math.Round(h)))
	}
	return fmt.Sprintf("~%sd", formatCount(h/24))
}
