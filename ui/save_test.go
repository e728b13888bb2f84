package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// everyPage leads to each page once.
var everyPage = []struct {
	name    string
	keys    []string
	profile bool // there is one under it
}{
	{"growing", []string{"1"}, true},
	{"functions", []string{"2"}, true},
	{"function", []string{"2", "enter"}, true},
	{"callers", []string{"2", "enter", "right"}, true},
	{"stacks", []string{"3"}, true},
	{"stack", []string{"3", "enter"}, true},
	{"goroutines", []string{"4"}, true},
	{"flame", []string{"5"}, true},
	{"memory", []string{"6"}, true},
	{"events", []string{"7"}, false},
}

// TestEveryPageIsExported presses e on every page, in every format it has, as a
// user does.
func TestEveryPageIsExported(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	dir := t.TempDir()
	exported := map[int]bool{}
	for _, p := range everyPage {
		s.press("esc", "esc", "esc")
		s.press(p.keys...)
		s.press("e")
		s.wants("Export this view", ".md")
		exported[s.m.pane] = true
		for _, f := range s.m.save.forms {
			if f.Ext == ".pb.gz" && (f.needs == "") != p.profile {
				t.Errorf("%s as a profile: %q, want one: %v", p.name, f.needs, p.profile)
			}
			if f.needs != "" {
				continue
			}
			if s.m.save == nil {
				s.press("e")
			}
			name := filepath.Join(dir, p.name+f.Ext)
			s.m.save.input.SetValue(name)
			s.press("enter")
			if s.m.save != nil {
				t.Fatalf("%s is not written:\n%s", name, s.text())
			}
			if info, err := os.Stat(name); err != nil || info.Size() == 0 {
				t.Errorf("%s: %v, %v", name, info, err)
			}
		}
		s.m.save = nil
	}
	for i, p := range panes {
		if !exported[i] {
			t.Errorf("%s is in no row of everyPage", p.name)
		}
	}
}

func TestWhatYouSeeIsWhatIsWritten(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	s.press("2", "/", "h", "t", "t", "p", "enter")
	d := s.m.document()()
	l := s.m.page().(*list)
	if n := l.table.Len(); n == 0 || len(d.Tables[0].Rows) != n {
		t.Errorf("%d rows on screen, %d written", n, len(d.Tables[0].Rows))
	}
	for i, row := range l.table.Order()[:min(5, l.table.Len())] {
		if got, want := d.Tables[0].Rows[i][0].Text, l.table.Rows().(entries).rows[row].name; got != want {
			t.Errorf("row %d is %s, on screen %s", i, got, want)
		}
	}
	s.press("b", "t")
	v := s.m.document()().View
	if v.Filter != "http" || v.Sort != "CUM" || !v.Descending || v.Baseline.IsZero() || v.SampleType != s.m.sh.sample || v.Window != windows[0] {
		t.Errorf("the view is %+v", v)
	}
}

func TestSavePrompt(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	dir := t.TempDir()
	s.press("2", "e")
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
		{"view.PNG", "No pixels are drawn here: .svg has the charts"},
		{"view.pb", "A profile is written as .pb.gz"},
		{"", "Give the file a name"},
		{filepath.Join(dir, "none", "a.md"), "There is no folder"},
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
	s.press("2", "e")
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
	s.press("2")
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
	}{{"-", windows[0]}, {"+", windows[1]}, {"+", 0}, {"+", 0}, {"-", windows[1]}} {
		s.press(step.key)
		if s.m.sh.window != step.want {
			t.Errorf("after %s the window is %v, want %v", step.key, s.m.sh.window, step.want)
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
