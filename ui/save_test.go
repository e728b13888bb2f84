package ui

import (
	"bytes"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/tui"
)

// everyPage has the keys that open each page.
var everyPage = []struct {
	name string
	keys []string
	has  string // what can be exported apart from text
}{
	{"growing", []string{"Growing"}, "table, profile"},
	{"functions", []string{"Functions"}, "table, profile"},
	{"other profile", []string{"Functions", "t", "t"}, "table, profile"},
	{"baseline", []string{"Functions", "b"}, "table, profile"},
	{"function", []string{"Functions", "enter"}, "table, profile"},
	{"callers", []string{"Functions", "enter", "right"}, "table, profile"},
	{"callees", []string{"Functions", "enter", "right", "right"}, "table, profile"},
	{"lines", []string{"Functions", "enter", "right", "right", "right"}, "table, profile"},
	{"stacks", []string{"Stacks"}, "table, profile"},
	{"stack", []string{"Stacks", "enter"}, "table, profile"},
	{"source", []string{"Stacks", "enter", "enter"}, "table, profile"},
	{"goroutines", []string{"Goroutines"}, "table, profile"},
	{"goroutine stack", []string{"Goroutines", "enter"}, "table, profile"},
	{"flame", []string{"Flame"}, "table, profile"},
	{"zoomed", []string{"Flame", "down", "down", "enter"}, "table, profile"},
	{"sandwich", []string{"Flame", "down", "down", "s"}, "table, profile"},
	{"memory", []string{"Memory"}, "table, profile"},
	{"events", []string{"Events"}, "table"},
	{"evidence", []string{"Growing", "v"}, "table, profile"},
	{"web view", []string{"Functions", "w"}, ""},
}

// TestEveryPageIsExported presses e on every page at every depth and exports it in every format that the page supports.
func TestEveryPageIsExported(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	defer s.m.actions.web.close()
	var b bytes.Buffer
	for _, p := range everyPage {
		s.press("esc", "esc", "esc", "esc", "B")
		s.press(p.keys...)
		s.press("e")
		s.wants("Export this view", ".md")
		s.press("esc")
		doc := s.m.actions.export.buildDocument()()
		if (len(doc.Tables) > 0) != strings.Contains(p.has, "table") || (doc.Profile != nil) != strings.Contains(p.has, "profile") {
			t.Errorf("%s: got %d tables and profile %v, want %s", p.name, len(doc.Tables), doc.Profile, p.has)
		}
		for _, f := range export.Formats {
			// Deeper pages export the same profile, so one of them is enough.
			isSlow := (f.Ext == ".dot" || f.Ext == ".folded" && !eventually.IsFull()) && len(p.keys) < 3 || f.Ext == ".png" && p.name != "sandwich"
			if f.WhyNot(&doc) != "" || isSlow {
				continue
			}
			b.Reset()
			if err := f.WriteTo(&b, &doc); err != nil {
				t.Errorf("%s%s: %v", p.name, f.Ext, err)
			}
			for _, want := range []string{doc.Target, doc.Path[0]} {
				if f.Ext != ".pb.gz" && f.Ext != ".png" && !bytes.Contains(b.Bytes(), []byte(want)) {
					t.Errorf("%s%s lacks %q", p.name, f.Ext, want)
				}
			}
			if web := s.m.actions.web.server; web != nil && bytes.Contains(b.Bytes(), []byte(path.Base(web.URL()))) {
				t.Errorf("%s%s contains the secret path", p.name, f.Ext)
			}
		}
	}
}

// Events are exported with their date, because the file may be read on another day.
func TestEventsAreWrittenWithTheirDate(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	s.press("b", "Events")
	d := s.m.actions.export.buildDocument()()
	if len(d.Tables) != 1 || len(d.Tables[0].Rows) == 0 {
		t.Fatal("no event was exported")
	}
	for _, row := range d.Tables[0].Rows {
		if _, err := time.Parse(time.RFC3339, row[0].Text); err != nil {
			t.Errorf("got an event with the time %q", row[0].Text)
		}
	}
}

func TestWhatYouSeeIsWhatIsWritten(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	s.press("Functions", "/", "h", "t", "t", "p", "enter")
	d := s.m.actions.export.buildDocument()()
	shown := s.list().Shown()
	if n := len(shown); n == 0 || len(d.Tables[0].Rows) != n {
		t.Errorf("got %d rows on screen and %d in the export", n, len(d.Tables[0].Rows))
	}
	for i, row := range shown[:min(5, len(shown))] {
		if got, want := d.Tables[0].Rows[i][0].Text, row.RowLabel().Name; got != want {
			t.Errorf("row %d: exported %s, on screen %s", i, got, want)
		}
	}
	s.press("b", "t")
	v := s.m.actions.export.buildDocument()().View
	if v.Filter != "http" || v.Sort != "CUM" || !v.Descending || v.Baseline.IsZero() || v.SampleType != s.m.vc.Sample || v.Window != tui.Windows[0] {
		t.Errorf("got view %+v", v)
	}
}

func TestSavePrompt(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	dir := t.TempDir()
	s.press("Functions", "e")
	name := s.fileName()
	if !strings.HasPrefix(name, "leaktop-files-functions-") || !strings.HasSuffix(name, ".md") {
		t.Errorf("got the proposed name %q", name)
	}
	s.press("tab")
	if !strings.HasSuffix(s.fileName(), ".csv") {
		t.Errorf("after tab: got name %q", s.fileName())
	}
	for _, bad := range []struct{ name, want string }{
		{"view", "The extension of the name selects the format: .txt .md"},
		{"view.doc", "The extension of the name selects the format"},
		{"view.JPG", "Pictures are written as .png and .graph.svg"},
		{"view.pb", "Profiles are written as .pb.gz"},
		{"", "Give the file a name"},
		{filepath.Join(dir, "none", "a.md"), "does not exist: choose"},
		{dir + "/", "The extension"},
	} {
		s.rename(bad.name)
		s.press("enter")
		s.wants(bad.want)
	}
	path := filepath.Join(dir, "a.md")
	s.rename(path)
	s.press("enter")
	s.wants("Wrote")
	s.press("Functions", "e")
	s.rename(path)
	s.press("enter")
	s.wants("a.md exists")
	s.press("x")
	if s.fileName() != path {
		t.Fatal("a key other than y does not return to the prompt")
	}
	s.press("enter", "y")
	s.wants("Wrote")
	s.press("e", "esc")
	if s.m.overlays.Top() != nil {
		t.Error("esc does not close the prompt")
	}
}

func TestCopy(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	s.press("Functions")
	_, cmd := s.m.Update(tea.KeyPressMsg{Code: 'y', Text: "y"})
	msg, ok := cmd().(copiedMsg)
	if !ok || !strings.Contains(msg.text, "| FUNCTION |") {
		t.Fatalf("copied %+v", msg)
	}
	if msg.Apply() == nil {
		t.Error("nothing was sent to the terminal")
	}
	s.wants("Copied the view as Markdown")
	if (copiedMsg{action: s.m.actions.export, text: strings.Repeat("x", maxCopyLen+1)}).Apply() != nil {
		t.Error("a text too long for terminals was sent to it")
	}
	s.m.frame = ""
	s.wants("too long")
}

func TestWindowKeys(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	for _, step := range []struct {
		key  string
		want time.Duration
	}{{"-", tui.Windows[0]}, {"+", tui.Windows[1]}, {"+", 0}, {"+", 0}, {"-", tui.Windows[1]}} {
		s.press(step.key)
		if s.m.vc.Window != step.want {
			t.Errorf("after %s: got window %v, want %v", step.key, s.m.vc.Window, step.want)
		}
	}
}

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{
		"shop/checkout-7d9f6 :6060": "shop-checkout-7d9f6-6060", "../../etc/passwd": "etc-passwd", "": "view", "日本": "view", "A;rm -rf ~": "a-rm-rf",
	} {
		if got := slugOf(in, 40); got != want {
			t.Errorf("slug(%q) = %q, want %q", in, got, want)
		}
	}
}
