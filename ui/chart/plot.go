package chart

import (
	"math"
	"strings"
	"time"

	"github.com/NimbleMarkets/ntcharts/v2/canvas"
	"github.com/NimbleMarkets/ntcharts/v2/canvas/graph"

	"github.com/leaktop/leaktop/ui/theme"
)

// plot is the area of a chart that has the lines: a rectangle of a grid with its
// two axes.
type plot struct {
	g          *grid
	x, y, w, h int
	time       timeAxis
	value      valueAxis
	late       time.Duration // how long ago the time axis ends
	end        string        // label of that end, if it is not the present
}

// dotRow returns the row of dots of a value, counted from the top.
func (p plot) dotRow(v float64) int {
	last := 4*p.h - 1
	return last - int(math.Round(p.value.heightOf(v)*float64(last)))
}

// drawLine draws a series in braille over what is there. stroke maps each pattern.
func (p plot) drawLine(segments [][]dot, tone theme.Tone, stroke func(rune) rune) {
	dots := graph.NewBrailleGrid(p.w, p.h, 0, 1, 0, 1)
	for _, s := range segments {
		p.traceSegment(dots, s)
	}
	for y, row := range dots.BraillePatterns() {
		for x, r := range row {
			if r > blankBraille {
				*p.g.cellAt(p.x+x, p.y+y) = cell{stroke(r), tone}
			}
		}
	}
}

// SecondLineSample returns a sample of the second series' line.
func SecondLineSample(t theme.Theme) string { return strings.Repeat(string(secondStroke(t)('⠂')), 3) }

// secondStroke returns the stroke of the second series.
func secondStroke(t theme.Theme) func(rune) rune {
	if t.ASCII {
		return plusStroke
	}
	return dottedStroke
}

func solidStroke(r rune) rune { return r }

// plusStroke is for terminals without braille, where dots would look like lines.
func plusStroke(rune) rune { return '+' }

// dottedStroke keeps one column of dots per cell, the left one unless it is empty. The
// line can then be distinguished without colors, and it still shifts as a whole.
func dottedStroke(r rune) rune {
	const left, lowerRight = 0x47, 0x80 // Unicode numbers the lowest two dots separately
	dots := r - blankBraille
	if dots&left == 0 {
		dots = dots>>3&0x07 | dots&lowerRight>>1
	}
	return blankBraille + dots&left
}

// blankBraille is the braille pattern without dots.
const blankBraille = 0x2800

// traceSegment sets the dots of one segment. Of the points in one column of dots it
// draws the first, lowest, highest and last, which gives the same picture as all
// of them (M4: Jugel et al., VLDB 2014).
func (p plot) traceSegment(dots *graph.BrailleGrid, s []dot) {
	var last canvas.Point
	drawn := false
	for i := 0; i < len(s); {
		x := p.time.dotColumn(s[i].t)
		j := i + 1
		lo, hi := s[i].v, s[i].v
		for ; j < len(s) && p.time.dotColumn(s[j].t) == x; j++ {
			lo, hi = min(lo, s[j].v), max(hi, s[j].v)
		}
		if x >= 0 && x < p.time.dots {
			enter := canvas.Point{X: x, Y: p.dotRow(s[i].v)}
			if !drawn && i > 0 { // the line comes in from the left
				last, drawn = canvas.Point{X: 0, Y: p.dotRow(valueAt(s[i-1], s[i], p.time.left))}, true
			}
			if drawn {
				drawStroke(dots, last, enter)
			}
			drawStroke(dots, canvas.Point{X: x, Y: p.dotRow(hi)}, canvas.Point{X: x, Y: p.dotRow(lo)})
			last, drawn = canvas.Point{X: x, Y: p.dotRow(s[j-1].v)}, true
		}
		i = j
	}
}

func drawStroke(dots *graph.BrailleGrid, a, b canvas.Point) {
	for _, p := range graph.GetLinePoints(a, b) {
		dots.Set(p)
	}
}

// valueAt returns the value at a time between two points.
func valueAt(a, b dot, t int64) float64 {
	if b.t <= a.t {
		return b.v
	}
	f := float64(t-a.t) / float64(b.t-a.t)
	return a.v + (b.v-a.v)*max(min(f, 1), 0)
}

// showsLimit reports whether the axis includes the limit v; 0 is no limit.
func (p plot) showsLimit(v float64) bool { return v > 0 && v >= p.value.lo && v <= p.value.hi }

// drawLevel draws a horizontal line at a limit.
func (p plot) drawLevel(v float64, tone theme.Tone) {
	if !p.showsLimit(v) {
		return
	}
	y := p.y + p.dotRow(v)/4
	for x := range p.w {
		*p.g.cellAt(p.x+x, y) = cell{'╌', tone}
	}
}

// drawVertical draws a vertical line at a time.
func (p plot) drawVertical(t int64, r rune, tone theme.Tone) {
	if x, ok := p.columnAt(t); ok {
		for y := range p.h {
			*p.g.cellAt(x, p.y+y) = cell{r, tone}
		}
	}
}

// drawMoment draws a vertical line at a time, if that is not zero.
func (p plot) drawMoment(at time.Time, r rune, tone theme.Tone) {
	if t, ok := toNanos(at); ok && !at.IsZero() {
		p.drawVertical(t, r, tone)
	}
}

// columnAt returns the column of the grid at a time, and whether it is shown.
func (p plot) columnAt(t int64) (int, bool) {
	d := p.time.dotColumn(t)
	if d < 0 || d >= p.time.dots {
		return 0, false
	}
	return p.x + d/2, true
}
