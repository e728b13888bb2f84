package chart

import (
	"math"
	"strings"

	"github.com/leaktop/leaktop/ui/theme"
)

// Part is one piece of a stacked bar.
type Part struct {
	Label string
	Value float64
	Tone  theme.Tone
	// Fill draws the piece where it is one column wide; 0 is '█'. Different
	// fills tell pieces apart without colours.
	Fill rune
}

// Bar draws pieces one after the other in width columns, which stand for total.
// A total that is smaller than the pieces together is taken as their sum. What
// is left over is drawn with '·'. A piece that is more than nothing gets a
// column while there are enough.
func Bar(t theme.Theme, width int, total float64, parts ...Part) string {
	if width <= 0 {
		return ""
	}
	var b strings.Builder
	left := width
	for i, n := range shares(width, total, parts) {
		fill := parts[i].Fill
		if fill == 0 {
			fill = '█'
		}
		b.WriteString(t.Render(parts[i].Tone, strings.Repeat(string(fill), n)))
		left -= n
	}
	b.WriteString(t.Render(theme.Border, strings.Repeat("·", left)))
	return b.String()
}

// shares divides width among the pieces by largest remainder, with at least one
// column for each that has a value.
func shares(width int, total float64, parts []Part) []int {
	values := make([]float64, len(parts))
	sum, some := 0.0, 0
	for i, p := range parts {
		if p.Value > 0 && !math.IsNaN(p.Value) {
			values[i] = min(p.Value, biggest)
			sum += values[i]
			some++
		}
	}
	n := make([]int, len(parts))
	if math.IsNaN(total) || total < sum {
		total = sum
	}
	if total <= 0 {
		return n
	}
	total = min(total, biggest*float64(len(parts)+1))
	// Ends of the pieces are rounded, not their widths: sums stay right.
	at, used := 0.0, 0
	for i, v := range values {
		at += v
		end := min(int(math.Round(at/total*float64(width))), width)
		n[i] = max(end-used, 0)
		if v > 0 && n[i] == 0 && some <= width {
			n[i] = 1
		}
		used += n[i]
	}
	trim(n, used-width)
	return n
}

// trim takes columns back from the widest pieces.
func trim(n []int, over int) {
	for ; over > 0; over-- {
		widest := 0
		for i := range n {
			if n[i] > n[widest] {
				widest = i
			}
		}
		n[widest]--
	}
}
