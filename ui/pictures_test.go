package ui

import (
	"fmt"
	"html"
	"image/color"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/vt"
	"github.com/clipperhouse/displaywidth"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/sourcetest"
)

// picture is a screen that is shown in docs/pictures.
type picture struct {
	name string
	keys []string
}

// pictures are the main screens.
var pictures = []picture{
	{"first", nil},
	{"evidence", []string{"v"}},
	{"why-not", []string{"end", "v"}},
	{"zoom", []string{"z"}},
	{"cursor", []string{"x", "left", "left", "m", "left", "left", "left"}},
	{"palette", []string{":", "w"}},
	{"flame", []string{"Flame"}},
}

var (
	clockTime = regexp.MustCompile(`\d\d:\d\d:\d\d`)
	calendar  = regexp.MustCompile(`\d{1,2} [A-Z][a-z]{2} 20\d\d`)
)

// TestPicturesAreCurrent checks that docs/pictures/screens has what the program shows, at two sizes, dark and light.
// Run it with -update after an intended change.
func TestPicturesAreCurrent(t *testing.T) {
	dir := filepath.Join("..", "docs", "pictures", "screens")
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		for _, dark := range []bool{true, false} {
			for _, p := range pictures {
				name := fmt.Sprintf("%s-%dx%d-%s.svg", p.name, size[0], size[1], map[bool]string{true: "dark", false: "light"}[dark])
				t.Run(name, func(t *testing.T) {
					got := drawPicture(t, p, size, dark)
					path := filepath.Join(dir, name)
					if *update {
						if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
							t.Fatal(err)
						}
						return
					}
					want, err := os.ReadFile(path)
					if err != nil || string(want) != got {
						t.Errorf("%s is not what the program shows (%v); run go test ./ui -run Pictures -update", path, err)
					}
				})
			}
		}
	}
}

// drawPicture shows a recording on a terminal emulator, presses keys and returns the screen as SVG. Times of day depend
// on the machine's time zone, so they are replaced.
func drawPicture(t *testing.T, p picture, size [2]int, dark bool) string {
	t.Helper()
	src := sourcetest.Open(t, "../testdata/check/leaking.tar", source.Options{FullSpeed: true})
	s := newColorScreen(t, src, colorprofile.TrueColor, size[0], size[1])
	s.send(backgroundMsg(dark))
	s.m.actions.detail.loaded = map[string][]string{} // no source files from this machine
	s.press(p.keys...)
	frame := calendar.ReplaceAllString(clockTime.ReplaceAllString(s.m.View().Content, "14:02:05"), "1 Mar 2026")
	e := vt.NewEmulator(size[0], size[1])
	if _, err := e.Write([]byte(strings.ReplaceAll(frame, "\n", "\r\n"))); err != nil {
		t.Fatal(err)
	}
	return svgOf(e, size[0], size[1], dark)
}

// Size of a cell in a picture.
const (
	cellWidth  = 8.4
	cellHeight = 17
)

// svgOf draws the cells of an emulator.
func svgOf(e *vt.Emulator, w, h int, dark bool) string {
	ink, paper := "#1f2328", "#ffffff"
	if dark {
		ink, paper = "#d7dbe2", "#14171c"
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14">`+"\n", float64(w)*cellWidth+16, h*cellHeight+16)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="%s"/>`+"\n", paper)
	for y := range h {
		for x := 0; x < w; {
			style, text, from := e.CellAt(x, y), "", x
			key := cellStyle(style.Style.Fg, style.Style.Bg, style.Style.Attrs, ink, paper)
			for x < w {
				c := e.CellAt(x, y)
				if cellStyle(c.Style.Fg, c.Style.Bg, c.Style.Attrs, ink, paper) != key {
					break
				}
				if c.Content == "" {
					text += " "
				} else {
					text += c.Content
				}
				x += max(1, c.Width)
			}
			writeRun(&b, key, text, from, y, x-from, paper)
		}
	}
	return b.String() + "</svg>\n"
}

// runStyle is the style of a run of adjacent cells.
type runStyle struct {
	fg, bg string
	bold   bool
}

func cellStyle(fg, bg color.Color, attrs uint8, ink, paper string) runStyle {
	const bold, reverse = 1, 1 << 5
	s := runStyle{colorOr(fg, ink), colorOr(bg, paper), attrs&bold != 0}
	if attrs&reverse != 0 {
		s.fg, s.bg = s.bg, s.fg
	}
	return s
}

func colorOr(c color.Color, other string) string {
	if c == nil {
		return other
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

// writeRun draws a run of cells of one style.
func writeRun(b *strings.Builder, s runStyle, text string, x, y, n int, paper string) {
	left, top := float64(x)*cellWidth+8, y*cellHeight+8
	if s.bg != paper {
		fmt.Fprintf(b, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>`+"\n", left, top, float64(n)*cellWidth, cellHeight, s.bg)
	}
	weight := ""
	if s.bold {
		weight = ` font-weight="bold"`
	}
	// Browsers join adjacent spaces, so what they separate is placed by itself.
	for text = trimSpaces(text, &left); text != ""; text = trimSpaces(text, &left) {
		part, _, _ := strings.Cut(text, "  ")
		text = text[len(part):]
		width := float64(displaywidth.String(part)) * cellWidth
		fmt.Fprintf(b, `<text x="%.1f" y="%d" textLength="%.1f" fill="%s"%s>%s</text>`+"\n", left, top+13, width, s.fg, weight, html.EscapeString(part))
		left += width
	}
}

// trimSpaces returns text without the spaces around it, and moves x past those before it.
func trimSpaces(text string, x *float64) string {
	rest := strings.TrimLeft(text, " ")
	*x += float64(len(text)-len(rest)) * cellWidth
	return strings.TrimRight(rest, " ")
}
