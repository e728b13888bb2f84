package ui

import (
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// everyPage leads to each page once.
var everyPage = []struct {
	name    string
	keys    []string
	formats string // that it has
}{
	{"growing", []string{"Growing"}, allFormats},
	{"functions", []string{"Functions"}, allFormats},
	{"other profile", []string{"Functions", "t", "t"}, allFormats},
	{"baseline", []string{"Functions", "b"}, allFormats},
	{"function", []string{"Functions", "enter"}, allFormats},
	{"callers", []string{"Functions", "enter", "right"}, allFormats},
	{"callees", []string{"Functions", "enter", "right", "right"}, allFormats},
	{"lines", []string{"Functions", "enter", "right", "right", "right"}, allFormats},
	{"stacks", []string{"Stacks"}, allFormats},
	{"stack", []string{"Stacks", "enter"}, allFormats},
	{"source", []string{"Stacks", "enter", "enter"}, allFormats},
	{"goroutines", []string{"Goroutines"}, allFormats},
	{"goroutine stack", []string{"Goroutines", "enter"}, allFormats},
	{"flame", []string{"Flame"}, allFormats},
	{"zoomed", []string{"Flame", "down", "down", "enter"}, allFormats},
	{"memory", []string{"Memory"}, allFormats},
	{"events", []string{"Events"}, ".txt .md .csv .json .html .svg"},
	{"evidence", []string{"Growing", "v"}, allFormats},
	{"handed over", []string{"Functions", "w"}, ".txt .md .json .html .svg"}, // a text
}

const allFormats = ".txt .md .csv .json .html .svg .pb.gz .folded .dot"

// TestEveryPageIsExported presses e on every page and every level below, and
// writes it in every format that it has.
func TestEveryPageIsExported(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	defer s.m.close()
	for _, p := range everyPage {
		s.press("esc", "esc", "esc", "esc", "B")
		s.press(p.keys...)
		s.press("e")
		s.wants("Export this view", ".md")
		save := s.m.save
		s.press("esc")
		if got := strings.Join(save.endings(), " "); got != p.formats {
			t.Errorf("%s has the formats %s, want %s", p.name, got, p.formats)
		}
		for _, f := range save.forms {
			if f.needs != "" || f.Ext == ".dot" && len(p.keys) < 3 { // its writer takes long
				continue
			}
			var b strings.Builder
			if err := f.WriteTo(&b, &save.doc); err != nil {
				t.Errorf("%s%s: %v", p.name, f.Ext, err)
			}
			for _, want := range []string{save.doc.Target, save.doc.Path[0]} {
				if f.Ext != ".pb.gz" && !strings.Contains(b.String(), want) {
					t.Errorf("%s%s does not say %q", p.name, f.Ext, want)
				}
			}
			if s.m.handed != nil && strings.Contains(b.String(), path.Base(s.m.handed.URL())) {
				t.Errorf("%s%s tells the secret path", p.name, f.Ext)
			}
		}
	}
}

// TestEventsAreWrittenWithTheirDate is for who reads them on another day.
func TestEventsAreWrittenWithTheirDate(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	s.press("b", "Events")
	d := s.m.document()()
	if len(d.Tables) != 1 || len(d.Tables[0].Rows) == 0 {
		t.Fatal("no event is written")
	}
	for _, row := range d.Tables[0].Rows {
		if _, err := time.Parse(time.RFC3339, row[0].Text); err != nil {
			t.Errorf("an event is of %q", row[0].Text)
		}
	}
}

func TestWhatYouSeeIsWhatIsWritten(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	s.press("Functions", "/", "h", "t", "t", "p", "enter")
	d := s.m.document()()
	l := s.m.page().(*list.List)
	if n := l.Table.Len(); n == 0 || len(d.Tables[0].Rows) != n {
		t.Errorf("%d rows on screen, %d written", n, len(d.Tables[0].Rows))
	}
	for i, row := range l.Table.Order()[:min(5, l.Table.Len())] {
		if got, want := d.Tables[0].Rows[i][0].Text, l.Table.Rows().(list.Rows).Rows[row].Name; got != want {
			t.Errorf("row %d is %s, on screen %s", i, got, want)
		}
	}
	s.press("b", "t")
	v := s.m.document()().View
	if v.Filter != "http" || v.Sort != "CUM" || !v.Descending || v.Baseline.IsZero() || v.SampleType != s.m.vc.Sample || v.Window != tui.Windows[0] {
		t.Errorf("the view is %+v", v)
	}
}

func TestSavePrompt(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	dir := t.TempDir()
	s.press("Functions", "e")
	name := s.m.save.input.Value()
	if !strings.HasPrefix(name, "leaktop-files-functions-") || !strings.HasSuffix(name, ".md") {
		t.Errorf("the proposed name is %q", name)
	}
	s.press("tab")
	if !strings.HasSuffix(s.m.save.input.Value(), ".csv") {
		t.Errorf("after tab the name is %q", s.m.save.input.Value())
	}
	for _, bad := range []struct{ name, want string }{
		{"view", "The ending of the name says the format: .txt .md"},
		{"view.doc", "The ending of the name says the format"},
		{"view.PNG", "leaktop does not write bitmaps: use .svg"},
		{"view.pb", "Profiles are written as .pb.gz"},
		{"", "Give the file a name"},
		{filepath.Join(dir, "none", "a.md"), "does not exist: choose"},
		{dir + "/", "The ending"},
	} {
		s.m.save.input.SetValue(bad.name)
		s.press("enter")
		s.wants(bad.want)
	}
	path := filepath.Join(dir, "a.md")
	s.m.save.input.SetValue(path)
	s.press("enter")
	s.wants("Wrote")
	s.press("Functions", "e")
	s.m.save.input.SetValue(path)
	s.press("enter")
	s.wants("a.md exists")
	s.press("x")
	if s.m.save == nil || s.m.save.input.Value() != path {
		t.Fatal("another key than y does not go back to the name")
	}
	s.press("enter", "y")
	s.wants("Wrote")
	s.press("e", "esc")
	if s.m.save != nil {
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
	if s.m.copied(msg) == nil {
		t.Error("nothing is handed to the terminal")
	}
	s.wants("Copied the view as Markdown")
	if s.m.copied(copiedMsg{text: strings.Repeat("x", maxCopied+1)}) != nil {
		t.Error("a text that terminals drop is handed to it")
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
			t.Errorf("after %s the window is %v, want %v", step.key, s.m.vc.Window, step.want)
		}
	}
}

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{
		"shop/checkout-7d9f6 :6060": "shop-checkout-7d9f6-6060", "../../etc/passwd": "etc-passwd", "": "view", "日本": "view", "A;rm -rf ~": "a-rm-rf",
	} {
		if got := slug(in, 40); got != want {
			t.Errorf("slug(%q) is %q, want %q", in, got, want)
		}
	}
}
