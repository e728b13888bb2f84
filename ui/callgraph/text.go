package callgraph

import (
	"math"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/format"
)

// textLine is a line of text in a box.
type textLine struct {
	text string
	size float64 // of the font, in pixels
}

const (
	minFont, maxFont = 9.0, 22.0
	pad              = 7.0 // inside of a box
	lineSpace        = 1.2
)

// parsedFont is the font that texts are measured and drawn with.
var parsedFont = sync.OnceValues(func() (*opentype.Font, error) { return opentype.Parse(goregular.TTF) })

// typesetter measures and draws text; it keeps a face for each size.
type typesetter struct {
	font  *opentype.Font
	faces map[float64]font.Face
}

func newTypesetter() (*typesetter, error) {
	f, err := parsedFont()
	if err != nil {
		return nil, err
	}
	return &typesetter{f, map[float64]font.Face{}}, nil
}

// face returns the font in a size.
func (t *typesetter) face(size float64) (font.Face, error) {
	if f := t.faces[size]; f != nil {
		return f, nil
	}
	f, err := opentype.NewFace(t.font, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err == nil {
		t.faces[size] = f
	}
	return f, err
}

// width returns the width of a text in pixels.
func (t *typesetter) width(l textLine) (float64, error) {
	f, err := t.face(l.size)
	if err != nil {
		return 0, err
	}
	return float64(font.MeasureString(f, l.text)) / 64, nil
}

// setBoxes sets the texts and the sizes of the boxes: the more the function holds
// itself, the larger the font.
func (g *graph) setBoxes(t *typesetter, unit string) error {
	most := int64(1)
	for _, n := range g.nodes {
		most = max(most, abs(n.flat))
	}
	for _, n := range g.nodes {
		size := math.Round(minFont + (maxFont-minFont)*math.Sqrt(float64(abs(n.flat))/float64(most)))
		n.lines = n.describe(size, unit, g.sum)
		for _, l := range n.lines {
			w, err := t.width(l)
			if err != nil {
				return err
			}
			n.w, n.h = max(n.w, w), n.h+l.size*lineSpace
		}
		n.w, n.h = n.w+2*pad, n.h+2*pad
	}
	return nil
}

// describe returns the lines in a box: package, function, what it holds itself and
// with its callees, and its growth.
func (n *node) describe(size float64, unit string, total int64) []textLine {
	name := format.Clean(profile.ShortName(n.fn.Name))
	pkg, fn, ok := strings.Cut(name, ".")
	if !ok {
		pkg, fn = "", name
	}
	out := []textLine{}
	if pkg != "" {
		out = append(out, textLine{pkg, max(minFont, size-3)})
	}
	out = append(out, textLine{format.FitLeft(fn, 44), size})
	values := format.Value(n.cum, unit)
	if n.flat != 0 && n.flat != n.cum {
		values = format.Value(n.flat, unit) + " of " + values
	}
	if total != 0 {
		values += " (" + format.Share(n.cum, total) + ")"
	}
	out = append(out, textLine{values, max(minFont, size-3)})
	if n.growth != 0 {
		out = append(out, textLine{format.PerHour(n.growth, unit), max(minFont, size-3)})
	}
	return out
}
