package callgraph

import (
	"fmt"
	"image/color"
	"io"
	"math"

	"github.com/leaktop/leaktop/ui/format"
)

// point is a position in pixels.
type point struct{ x, y float64 }

// rect is a rectangle in pixels, at its top left corner.
type rect struct{ x, y, w, h float64 }

// canvas is the surface that a picture is drawn on.
type canvas interface {
	box(r rect, fill, border color.RGBA, title string)
	// curve draws a chain of Bézier curves: a start, then three points for each.
	curve(pts []point, width float64, c color.RGBA, dashed bool, title string)
	triangle(a, b, c point, fill color.RGBA)
	text(at point, l textLine, c color.RGBA, centered bool)
}

// titleHeight is the height of the two lines above the graph, in pixels.
const titleHeight = 44.0

var (
	ink   = color.RGBA{0x1f, 0x23, 0x28, 0xff}
	muted = color.RGBA{0x5b, 0x64, 0x72, 0xff}
	paper = color.RGBA{0xff, 0xff, 0xff, 0xff}
)

// picture is a graph with its layout.
type picture struct {
	*graph
	in            Input
	set           *typesetter
	width, height float64
}

// newPicture lays out the graph of a profile.
func newPicture(in Input) (*picture, error) {
	set, err := newTypesetter()
	if err != nil {
		return nil, fmt.Errorf("read the font: %w", err)
	}
	p := &picture{graph: newGraph(in), in: in, set: set}
	if err := p.setBoxes(set, in.Unit); err != nil {
		return nil, fmt.Errorf("measure text: %w", err)
	}
	p.width, p.height = p.layOut()
	for _, l := range p.caption() {
		if w, err := set.width(l); err == nil {
			p.width = max(p.width, w+2*margin)
		}
	}
	return p, nil
}

// caption returns the lines above the graph.
func (p *picture) caption() []textLine {
	return []textLine{
		{format.Clean(p.in.Title), 14},
		{"Box size: what a function holds itself. Arrow width: what flows through the calls; dashed where functions are left out. Orange grows, blue shrinks.", 11},
	}
}

// draw draws arrows, then boxes over them.
func (p *picture) draw(c canvas) {
	y := margin
	for i, l := range p.caption() {
		tone := ink
		if i > 0 {
			tone = muted
		}
		y += l.size
		c.text(point{margin, y}, l, tone, false)
		y += 6
	}
	for _, e := range p.edges {
		p.drawEdge(c, e)
	}
	fastest := 0.0
	for _, n := range p.nodes {
		fastest = max(fastest, math.Abs(n.growth))
	}
	for _, n := range p.nodes {
		fill, border := n.colors(fastest, p.total)
		title := fmt.Sprintf("%s: %s itself, %s with callees", format.Clean(n.fn.Name), format.Value(n.flat, p.in.Unit), format.Value(n.cum, p.in.Unit))
		c.box(rect{n.x - n.w/2, n.y - n.h/2, n.w, n.h}, fill, border, title)
		at := n.y - n.h/2 + pad
		for _, l := range n.lines {
			at += l.size
			c.text(point{n.x, at}, l, ink, true)
			at += l.size * (lineSpace - 1)
		}
	}
}

// colors returns the colors of a box: warm if it grows, the faster the warmer; cold if
// it shrinks; otherwise gray, the more it holds the darker.
func (n *node) colors(fastest float64, total int64) (fill, border color.RGBA) {
	gray := color.RGBA{0xee, 0xf0, 0xf3, 0xff}
	share := 0.0
	if total > 0 {
		share = math.Sqrt(float64(abs(n.cum)) / float64(total))
	}
	fill = mixColors(paper, gray, 0.5+0.5*share)
	switch {
	case n.growth > 0 && fastest > 0:
		fill = mixColors(color.RGBA{0xff, 0xf3, 0xe6, 0xff}, color.RGBA{0xf7, 0x9d, 0x55, 0xff}, n.growth/fastest)
	case n.growth < 0 && fastest > 0:
		fill = mixColors(color.RGBA{0xee, 0xf4, 0xfb, 0xff}, color.RGBA{0x9c, 0xc4, 0xea, 0xff}, -n.growth/fastest)
	}
	return fill, mixColors(fill, ink, 0.45)
}

// mixColors returns a color between a (0) and b (1).
func mixColors(a, b color.RGBA, f float64) color.RGBA {
	f = min(max(f, 0), 1)
	m := func(x, y uint8) uint8 { return uint8(math.Round(float64(x) + f*(float64(y)-float64(x)))) }
	return color.RGBA{m(a.R, b.R), m(a.G, b.G), m(a.B, b.B), 0xff}
}

// drawEdge draws an arrow labeled with what flows through it.
func (p *picture) drawEdge(c canvas, e *edge) {
	upper, lower := e.ends()
	share := float64(abs(e.weight)) / float64(max(p.total, 1))
	width := 0.8 + 5*share
	tone := mixColors(color.RGBA{0xb9, 0xc0, 0xca, 0xff}, color.RGBA{0x4a, 0x52, 0x60, 0xff}, math.Sqrt(share))
	pts := []point{{upper.x, upper.y + upper.h/2}}
	for _, d := range e.via {
		pts = append(pts, point{d.x, d.y})
	}
	head := 6 + width
	end := point{lower.x, lower.y - lower.h/2}
	tip, base := end, point{end.x, end.y - head}
	if e.reversed { // the arrow points up
		tip, base = pts[0], point{pts[0].x, pts[0].y + head}
		pts[0] = base
		pts = append(pts, end)
	} else {
		pts = append(pts, base)
	}
	label := format.Value(e.weight, p.in.Unit)
	c.curve(toCurves(pts), width, tone, e.indirect, format.Clean(e.from.fn.Name+" calls "+e.to.fn.Name)+": "+label)
	half := 2 + width*0.9
	c.triangle(tip, point{base.x - half, base.y}, point{base.x + half, base.y}, tone)
	if share >= 0.02 {
		at := labelPoint(pts)
		c.text(point{at.x + 5, at.y + 3}, textLine{label, minFont}, muted, false)
	}
}

// labelPoint returns the middle of the last piece of a chain, where arrows do not overlap.
func labelPoint(pts []point) point {
	a, b := pts[len(pts)-2], pts[len(pts)-1]
	return point{(a.x + b.x) / 2, (a.y + b.y) / 2}
}

// toCurves returns Bézier curves through points, vertical at each, since arrows run
// downward.
func toCurves(pts []point) []point {
	out := []point{pts[0]}
	for i := 1; i < len(pts); i++ {
		a, b := pts[i-1], pts[i]
		dy := (b.y - a.y) / 2
		out = append(out, point{a.x, a.y + dy}, point{b.x, b.y - dy}, b)
	}
	return out
}

// WriteSVG writes the graph of a profile as SVG.
func WriteSVG(w io.Writer, in Input) error {
	p, err := newPicture(in)
	if err != nil {
		return err
	}
	s := newSVG(p.width, p.height, p.set)
	p.draw(s)
	_, err = io.WriteString(w, s.finish())
	return err
}

// WritePNG writes the graph of a profile as PNG.
func WritePNG(w io.Writer, in Input) error {
	p, err := newPicture(in)
	if err != nil {
		return err
	}
	img := newBitmap(p.width, p.height, p.set)
	p.draw(img)
	return img.encode(w)
}
