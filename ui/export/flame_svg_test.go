package export

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/ui/theme"
)

// leaf is a node without callees.
func leaf(name string, value int64, growth float64) *FlameNode {
	return &FlameNode{Name: name, Short: name, Origin: "own", Value: value, Self: value, Growth: growth, SelfGrowth: growth}
}

func flameDocument(growth bool) *Document {
	hostile := leaf(`x</title><script>alert("1")</script>'&`, 600, 7200)
	hostile.Grows, hostile.Location = true, `"/a"><b.go:12`
	parent := &FlameNode{
		Name: "all stacks", Short: "all", Origin: "lib", Value: 1000, Self: 100, Growth: 3600,
		Children: []*FlameNode{hostile, leaf("b.Small", 299, -3600), leaf("c.Tiny", 1, 0)},
	}
	return &Document{
		Title: "Flame", Path: []string{"Flame"}, Target: "a<b", Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		View:  View{Profile: "heap", SampleType: "inuse_space", Unit: "bytes"},
		Flame: &Flame{Unit: "bytes", ShowsGrowth: growth, Root: parent}, Verdict: []Sentence{{Tone: theme.Bad, Head: "LEAK", Text: "x <keeps>"}},
	}
}

// svgBox is the position and width of a box in the picture.
type svgBox struct{ x, w float64 }

// readFlame parses a picture and returns its boxes by title.
func readFlame(t *testing.T, d *Document) (boxes map[string]svgBox, text string) {
	t.Helper()
	f, ok := FormatOf("x.svg")
	if !ok {
		t.Fatal("there is no format .svg")
	}
	var b strings.Builder
	if err := f.WriteTo(&b, d); err != nil {
		t.Fatal(err)
	}
	boxes = map[string]svgBox{}
	var at svgBox
	in := xml.NewDecoder(strings.NewReader(b.String()))
	title := false
	for {
		tok, err := in.Token()
		if errors.Is(err, io.EOF) {
			return boxes, b.String()
		}
		if err != nil {
			t.Fatalf("the picture is no XML: %v\n%s", err, b.String())
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			title = tok.Name.Local == "title"
			for _, a := range tok.Attr {
				v, _ := strconv.ParseFloat(a.Value, 64)
				switch a.Name.Local {
				case "data-x":
					at.x = v
				case "data-w":
					at.w = v
				}
			}
		case xml.CharData:
			if title {
				name, _, _ := strings.Cut(string(tok), "\n")
				boxes[name] = at
			}
		case xml.EndElement:
			title = false
		}
	}
}

func TestFlameAsPicture(t *testing.T) {
	boxes, text := readFlame(t, flameDocument(false))
	for name, want := range map[string]svgBox{
		"all stacks": {0, 1}, `x</title><script>alert("1")</script>'&`: {0, 0.6}, "b.Small": {0.6, 0.299}, "c.Tiny": {0.899, 0.001},
	} {
		if got := boxes[name]; got != want {
			t.Errorf("%q is at %v, want %v", name, got, want)
		}
	}
	if strings.Count(text, "<script") != 1 || strings.Contains(text, "<b.go") {
		t.Errorf("a name got into the markup:\n%s", text)
	}
	for _, want := range []string{"60% of all", "+7.03 KiB/h", "x &lt;keeps&gt;", "1000 B, box width shows size", "own up"} {
		if !strings.Contains(text, want) {
			t.Errorf("the picture lacks %q:\n%s", want, text)
		}
	}
}

// Frames that shrink have no width, and frames that grow share the width of their
// caller.
func TestGrowthAsPicture(t *testing.T) {
	boxes, text := readFlame(t, flameDocument(true))
	if got := boxes[`x</title><script>alert("1")</script>'&`]; got != (svgBox{0, 1}) {
		t.Errorf("what grows is at %v", got)
	}
	if _, ok := boxes["b.Small"]; ok || !strings.Contains(text, "box width shows growth") {
		t.Error("what shrinks is drawn")
	}
}

// TestFlameIsInThePage finds the boxes of the picture in the page too, and
// nothing there that runs.
func TestFlameIsInThePage(t *testing.T) {
	d := flameDocument(false)
	page := string(write(t, ".html", d))
	pictured, _ := readFlame(t, flameDocument(false))
	if n := strings.Count(page, `<g class="box `) - 4; n != len(pictured)-1 || n < 3 { // four are in the legend; the picture has a title
		t.Errorf("%d boxes on the page, %d in the picture", n, len(pictured))
	}
	if !strings.Contains(page, "60% of all") || !strings.Contains(page, "box width shows size") {
		t.Error("the page does not say what a box shows")
	}
	if strings.Count(page, "<script") != 1 || strings.Contains(page, `<b.go:12`) {
		t.Error("a name has become markup, or something else than the graph's script runs")
	}
	// The content security policy allows only the script of the page, by its hash.
	_, rest, _ := strings.Cut(page, "<script>")
	script, _, _ := strings.Cut(rest, "</script>")
	sum := sha256.Sum256([]byte(script))
	policy := "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	if !strings.Contains(page, policy) || !strings.Contains(page, `id="search"`) {
		t.Errorf("the policy of the page is not %s, or there is no search", policy)
	}
	if other := string(write(t, ".html", sample())); strings.Contains(other, "script") {
		t.Error("a page without a graph runs a script")
	}
}
