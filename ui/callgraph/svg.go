package callgraph

import (
	"encoding/xml"
	"fmt"
	"image/color"
	"strings"
)

// svg is a canvas that writes SVG.
type svg struct {
	b   strings.Builder
	set *typesetter
}

func newSVG(w, h float64, set *typesetter) *svg {
	s := &svg{set: set}
	fmt.Fprintf(&s.b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f">`+"\n", w, h, w, h)
	fmt.Fprintf(&s.b, `<rect width="100%%" height="100%%" fill="%s"/>`+"\n", hexColor(paper))
	return s
}

func (s *svg) finish() string { return s.b.String() + "</svg>\n" }

func hexColor(c color.RGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

func escapeXML(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a strings.Builder does not fail
	return b.String()
}

func (s *svg) box(r rect, fill, border color.RGBA, title string) {
	fmt.Fprintf(&s.b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="3" fill="%s" stroke="%s"><title>%s</title></rect>`+"\n", r.x, r.y, r.w, r.h, hexColor(fill), hexColor(border), escapeXML(title))
}

func (s *svg) curve(pts []point, width float64, c color.RGBA, dashed bool, title string) {
	fmt.Fprintf(&s.b, `<path d="M%.1f,%.1f`, pts[0].x, pts[0].y)
	for i := 1; i+2 < len(pts); i += 3 {
		fmt.Fprintf(&s.b, "C%.1f,%.1f %.1f,%.1f %.1f,%.1f", pts[i].x, pts[i].y, pts[i+1].x, pts[i+1].y, pts[i+2].x, pts[i+2].y)
	}
	dash := ""
	if dashed {
		dash = ` stroke-dasharray="6 4"`
	}
	fmt.Fprintf(&s.b, `" fill="none" stroke="%s" stroke-width="%.1f"%s><title>%s</title></path>`+"\n", hexColor(c), width, dash, escapeXML(title))
}

func (s *svg) triangle(a, b, c point, fill color.RGBA) {
	fmt.Fprintf(&s.b, `<path d="M%.1f,%.1fL%.1f,%.1fL%.1f,%.1fZ" fill="%s"/>`+"\n", a.x, a.y, b.x, b.y, c.x, c.y, hexColor(fill))
}

// text writes a line with the width that was measured, whatever font the viewer has. The
// style attribute overrides that of a page that embeds the picture.
func (s *svg) text(at point, l textLine, c color.RGBA, centered bool) {
	anchor := ""
	if centered {
		anchor = ` text-anchor="middle"`
	}
	if w, err := s.set.width(l); err == nil && w > 0 {
		anchor += fmt.Sprintf(` textLength="%.1f" lengthAdjust="spacingAndGlyphs"`, w)
	}
	fmt.Fprintf(&s.b, `<text x="%.1f" y="%.1f"%s style="font:%.0fpx Go,Helvetica,Arial,sans-serif;fill:%s">%s</text>`+"\n", at.x, at.y, anchor, l.size, hexColor(c), escapeXML(l.text))
}
