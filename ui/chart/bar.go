package chart

import (
	"math"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// Part is one piece of a stacked bar.
type Part struct {
	// Label is written inside the piece if it fits.
	Label string
	Value float64
	Tone  theme.Tone
	// Fill draws the piece; 0 means '█'. Different fills distinguish pieces
	// without colors: '█', '▓', '▒', '░'.
	Fill rune
}

// Bar draws pieces one after another. The width, in columns, represents total, or
// the sum of the pieces if that is larger. What is left over is drawn with '·'.
// Every nonzero piece gets at least one column if there are enough.
func Bar(t theme.Theme, width int, total float64, parts ...Part) string {
	if width <= 0 {
		return ""
	}
	g := newGrid(width, 1)
	x := 0
	for i, n := range divideWidth(width, total, parts) {
		p := parts[i]
		for j := range n {
			*g.cellAt(x+j, 0) = cell{p.fillRune(), p.Tone}
		}
		s := " " + keepNarrow(p.Label) + " "
		if free := n - format.Width(s); free >= 2 && p.Label != "" {
			g.writeText(x+free/2, 0, s, p.Tone)
		}
		x += n
	}
	for ; x < width; x++ {
		*g.cellAt(x, 0) = cell{'·', theme.Border}
	}
	return g.render(t)
}

// Swatch draws a sample of a piece, for a legend.
func Swatch(t theme.Theme, p Part) string {
	return t.Render(p.Tone, string([]rune{p.fillRune(), p.fillRune()}))
}

func (p Part) fillRune() rune {
	if !isNarrow(p.Fill) {
		return '█'
	}
	return p.Fill
}

// divideWidth divides width among the pieces, with at least one column for each
// nonzero one. It rounds the ends of pieces, not their widths, so that the sum is
// right.
func divideWidth(width int, total float64, parts []Part) []int {
	values := make([]float64, len(parts))
	sum, some := 0.0, 0
	for i, p := range parts {
		if p.Value > 0 && !math.IsNaN(p.Value) {
			values[i] = min(p.Value, maxMagnitude)
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
	total = min(total, maxMagnitude*float64(len(parts)+1))
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
	trimWidest(n, used-width)
	return n
}

// trimWidest takes over columns from the widest pieces.
func trimWidest(n []int, over int) {
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
