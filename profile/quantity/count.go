package quantity

import (
	"math"
	"strconv"
	"strings"
)

// Count formats a whole number with thousands separators: "12,481".
func Count[N Number](n N) string {
	v := math.Round(clampFinite(float64(n)))
	s := formatDecimals(v, 0)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	return sign + groupThousands(s)
}

func groupThousands(s string) string {
	if len(s) <= 3 {
		return s
	}
	head := (len(s)-1)%3 + 1
	b := make([]byte, 0, len(s)+len(s)/3)
	b = append(b, s[:head]...)
	for i := head; i < len(s); i += 3 {
		b = append(b, ',')
		b = append(b, s[i:i+3]...)
	}
	return string(b)
}

var countSteps = []unitStep{{"", 1}, {"k", 1e3}, {"M", 1e6}, {"G", 1e9}, {"T", 1e12}, {"P", 1e15}, {"E", 1e18}}

// CountShort formats a number for an axis: "950", "12.5k", "3M".
func CountShort(n float64) string {
	v, s := pickUnit(n, countSteps)
	return trimZeros(v) + s.name
}

// Percent formats a share: 0.003 is "0.3%", 0.94 is "94%". A share that would
// round to zero is "<0.1%".
func Percent(share float64) string {
	p := 100 * clampFinite(share)
	a := math.Abs(p)
	switch {
	case a == 0:
		return "0%"
	case a < 0.05:
		return "<0.1%"
	case a < 9.95:
		return strconv.FormatFloat(p, 'f', 1, 64) + "%"
	default:
		return formatDecimals(p, 0) + "%"
	}
}

// Share writes a part of a whole in percent, "" where there is no whole.
func Share(part, whole int64) string {
	if whole == 0 {
		return ""
	}
	return Percent(float64(part) / float64(whole))
}

// Things formats a number of things: "1 place", "1,200 places".
func Things(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return Count(n) + " " + what
}

// List enumerates the first items, at most maxShown, and counts the others: "a, b and 3
// more".
func List(items []string, maxShown int) string {
	text := strings.Join(items[:min(len(items), maxShown)], ", ")
	if more := len(items) - maxShown; more > 0 {
		text += " and " + Count(more) + " more"
	}
	return text
}
