package chart

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// cell is one character of the picture. The zero cell is blank.
type cell struct {
	r    rune
	tone theme.Tone
}

// grid is a picture made of cells. Writes outside of it are ignored.
type grid struct {
	w, h  int
	cells []cell
}

func newGrid(w, h int) *grid {
	return &grid{w: w, h: h, cells: make([]cell, w*h)}
}

func (g *grid) cellAt(x, y int) *cell {
	if x < 0 || x >= g.w || y < 0 || y >= g.h {
		return &cell{}
	}
	return &g.cells[y*g.w+x]
}

// isFree reports whether the n cells from x on are inside the grid and blank.
func (g *grid) isFree(x, y, n int) bool {
	if x < 0 || x+n > g.w || y < 0 || y >= g.h {
		return false
	}
	for i := range n {
		if g.cellAt(x+i, y).r != 0 {
			return false
		}
	}
	return true
}

// writeText writes a string of narrow characters.
func (g *grid) writeText(x, y int, s string, tone theme.Tone) {
	for _, r := range s {
		*g.cellAt(x, y) = cell{r, tone}
		x++
	}
}

// writeNotice writes a sentence in the middle, wrapped to the width.
func (g *grid) writeNotice(s string) {
	lines := strings.Split(ansi.Wrap(keepNarrow(s), g.w, ""), "\n")
	y := max((g.h-len(lines))/2, 0)
	for i, l := range lines {
		l = strings.TrimSpace(l)
		g.writeText((g.w-format.Width(l))/2, y+i, l, theme.Dim)
	}
}

// render returns the lines of the picture. Adjacent cells of the same tone share
// an escape sequence.
func (g *grid) render(t theme.Theme) string {
	var out strings.Builder
	run := make([]rune, 0, g.w)
	for y := range g.h {
		if y > 0 {
			out.WriteByte('\n')
		}
		tone := theme.Plain
		run = run[:0]
		for x := range g.w {
			c := *g.cellAt(x, y)
			if c.r == 0 {
				c = cell{' ', tone} // a blank looks the same in any tone
			}
			if c.tone != tone {
				out.WriteString(t.Render(tone, string(run)))
				run, tone = run[:0], c.tone
			}
			run = append(run, c.r)
		}
		out.WriteString(t.Render(tone, string(run)))
	}
	return out.String()
}

// keepNarrow removes from s all characters that do not occupy exactly one cell: it
// keeps Latin letters, punctuation and symbols.
func keepNarrow(s string) string {
	return strings.Map(func(r rune) rune {
		if isNarrow(r) {
			return r
		}
		return -1
	}, format.Clean(s))
}

func isNarrow(r rune) bool {
	latin := r >= ' ' && r < 0x300
	symbol := r >= 0x2010 && r < 0x2900 // general punctuation to braille
	return (latin || symbol) && format.Width(string(r)) == 1
}
