package flame

import (
	"strings"
	"testing"

	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/tui/tuitest"
)

func TestFlameGivesItselfAway(t *testing.T) {
	s, p := openFlame(t, 100, 16, tuitest.Typical...)
	document := func() (d export.Document) {
		p.Document()(&d)
		return d
	}
	s.Press("down", "down", "enter", "m")
	d := document()
	f := d.Flame
	if f == nil || !f.ShowsGrowth || f.Unit != "bytes" || f.Root.Name != p.top.Name() || f.Root.Value != p.top.Total {
		t.Fatalf("the document has %+v, on screen is %q", f, p.top.Name())
	}
	if len(f.Root.Children) == 0 || f.Root.Children[0].Name != p.top.Children[0].Name() || f.Root.Children[0].Growth != p.top.Children[0].Growth*3600 {
		t.Errorf("the first callee is %+v", f.Root.Children[0])
	}
	if d.Profile == nil || d.View.SampleType != "inuse_space" || len(d.Tables) != 1 || len(d.Tables[0].Rows) < 10 {
		t.Errorf("view %+v, profile %v, %d tables", d.View, d.Profile != nil, len(d.Tables))
	}
	for _, ending := range []string{".svg", ".md", ".csv", ".json", ".txt", ".html", ".pb.gz", ".folded"} {
		format, ok := export.FormatOf("x" + ending)
		if !ok {
			t.Errorf("there is no %s", ending)
			continue
		}
		doc, out := document(), strings.Builder{}
		if err := format.WriteTo(&out, &doc); err != nil {
			t.Errorf("%s: %v", ending, err)
		} else if text := out.String(); ending != ".pb.gz" && !strings.Contains(text, lastPart(p.top.Name())) {
			t.Errorf("%s lacks %q", ending, p.top.Name())
		}
	}
}
