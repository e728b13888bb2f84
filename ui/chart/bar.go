package chart

import (
	"math"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// Part is one piece of a stacked bar.
type Part struct {
	// Label is written inside the piece where there is room.
	Label string
	Value float64
	Tone  theme.Tone
	// Fill draws the piece; 0 is '█'. Different fills tell pieces apart
	// without colours: '█', '▓', '▒', '░'.
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
	g := newGrid(width, 1)
	x := 0
	for i, n := range shares(width, total, parts) {
		p := parts[i]
		for j := range n {
			*g.at(x+j, 0) = cell{p.fill(), p.Tone}
		}
		s := " " + narrow(p.Label) + " "
		if free := n - format.Width(s); free >= 2 && p.Label != "" {
			g.text(x+free/2, 0, s, p.Tone)
		}
		x += n
	}
	for ; x < width; x++ {
		*g.at(x, 0) = cell{'·', theme.Border}
	}
	return g.render(t)
}

// Swatch draws what a piece looks like, for a list of the pieces.
func Swatch(t theme.Theme, p Part) string {
	return t.Render(p.Tone, string([]rune{p.fill(), p.fill()}))
}

func (p Part) fill() rune {
	if !isNarrow(p.Fill) {
		return '█'
	}
	return p.Fill
}

// shares divides width among the pieces, with at least one column for each that
// has a value. Ends of the pieces are rounded, not their widths, so that the
// sum is right.
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
