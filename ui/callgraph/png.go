package callgraph

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// A bitmap has two pixels per pixel of the layout, so that text is sharp, and fewer if
// it would exceed maxPixels.
const (
	scaleUp   = 2.0
	maxPixels = 60 << 20
)

// bitmap is a canvas of pixels.
type bitmap struct {
	img   *image.RGBA
	scale float64
	set   *typesetter
	rast  *vector.Rasterizer
}

func newBitmap(w, h float64, set *typesetter) *bitmap {
	scale := min(scaleUp, math.Sqrt(maxPixels/max(1, w*h)))
	b := &bitmap{scale: scale, set: set}
	b.img = image.NewRGBA(image.Rect(0, 0, int(math.Ceil(w*scale)), int(math.Ceil(h*scale))))
	draw.Draw(b.img, b.img.Bounds(), image.NewUniform(paper), image.Point{}, draw.Src)
	return b
}

// encode writes the bitmap. It takes two thirds of the time of the default compression,
// for 6% more bytes.
func (b *bitmap) encode(w io.Writer) error {
	return (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(w, b.img)
}

// fill fills polygons with a color; only the part of the picture that they cover is
// rasterized.
func (b *bitmap) fill(c color.RGBA, polygons ...[]point) {
	left, top, right, bottom := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range polygons {
		for _, q := range p {
			left, right = min(left, q.x*b.scale), max(right, q.x*b.scale)
			top, bottom = min(top, q.y*b.scale), max(bottom, q.y*b.scale)
		}
	}
	area := image.Rect(int(math.Floor(left)), int(math.Floor(top)), int(math.Ceil(right))+1, int(math.Ceil(bottom))+1).Intersect(b.img.Bounds())
	if area.Empty() {
		return
	}
	if b.rast == nil {
		b.rast = vector.NewRasterizer(area.Dx(), area.Dy())
	} else {
		b.rast.Reset(area.Dx(), area.Dy())
	}
	at := func(p point) (float32, float32) {
		return float32(p.x*b.scale) - float32(area.Min.X), float32(p.y*b.scale) - float32(area.Min.Y)
	}
	for _, p := range polygons {
		b.rast.MoveTo(at(p[0]))
		for _, q := range p[1:] {
			b.rast.LineTo(at(q))
		}
		b.rast.ClosePath()
	}
	b.rast.Draw(b.img, area, image.NewUniform(c), image.Point{})
}

// corners returns the corners of the rectangle grown by a margin on each side.
func (r rect) corners(margin float64) []point {
	x, y, right, bottom := r.x-margin, r.y-margin, r.x+r.w+margin, r.y+r.h+margin
	return []point{{x, y}, {right, y}, {right, bottom}, {x, bottom}}
}

func (b *bitmap) box(r rect, fill, border color.RGBA, _ string) {
	b.fill(border, r.corners(0.5))
	b.fill(fill, r.corners(-0.5))
}

func (b *bitmap) triangle(p, q, r point, fill color.RGBA) { b.fill(fill, []point{p, q, r}) }

// steps is the number of straight pieces of a curve.
const steps = 16

func (b *bitmap) curve(pts []point, width float64, c color.RGBA, dashed bool, _ string) {
	line := []point{pts[0]}
	for i := 1; i+2 < len(pts); i += 3 {
		from := line[len(line)-1]
		for s := 1; s <= steps; s++ {
			line = append(line, curvePoint(from, pts[i], pts[i+1], pts[i+2], float64(s)/steps))
		}
	}
	var quads [][]point
	for i := 1; i < len(line); i++ {
		if dashed && i%3 == 0 {
			continue
		}
		if q := lineRectangle(line[i-1], line[i], width); q != nil {
			quads = append(quads, q)
		}
	}
	for _, q := range quads { // one after another: overlapping ones would cancel out
		b.fill(c, q)
	}
}

// curvePoint returns the point at t of a cubic curve.
func curvePoint(a, b, c, d point, t float64) point {
	u := 1 - t
	f := func(a, b, c, d float64) float64 { return u*u*u*a + 3*u*u*t*b + 3*u*t*t*c + t*t*t*d }
	return point{f(a.x, b.x, c.x, d.x), f(a.y, b.y, c.y, d.y)}
}

// lineRectangle returns a line as a rectangle, nil if it has no length.
func lineRectangle(a, b point, width float64) []point {
	dx, dy := b.x-a.x, b.y-a.y
	l := math.Hypot(dx, dy)
	if l == 0 {
		return nil
	}
	nx, ny := -dy/l*width/2, dx/l*width/2
	ex, ey := dx/l*0.3, dy/l*0.3 // so that no gap is left between pieces
	return []point{{a.x + nx - ex, a.y + ny - ey}, {b.x + nx + ex, b.y + ny + ey}, {b.x - nx + ex, b.y - ny + ey}, {a.x - nx - ex, a.y - ny - ey}}
}

func (b *bitmap) text(at point, l textLine, c color.RGBA, centered bool) {
	face, err := b.set.face(l.size * b.scale)
	if err != nil {
		return // newPicture measured it, so it does not fail here
	}
	x := fixed.Int26_6(at.x * b.scale * 64)
	if centered {
		x -= font.MeasureString(face, l.text) / 2
	}
	d := font.Drawer{Dst: b.img, Src: image.NewUniform(c), Face: face, Dot: fixed.Point26_6{X: x, Y: fixed.Int26_6(at.y * b.scale * 64)}}
	d.DrawString(l.text)
}
