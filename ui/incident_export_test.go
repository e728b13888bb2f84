package ui

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/record"
	"github.com/leaktop/leaktop/ui/report"
)

// listRecordings returns all recordings of the repository.
func listRecordings(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob("../testdata/*/*.tar")
	if err != nil || len(all) < 10 {
		t.Fatalf("there are %d recordings, %v", len(all), err)
	}
	return all
}

// endOfReplay returns a screen that shows the end of a recording.
func endOfReplay(t *testing.T, path string) *screen {
	t.Helper()
	s := replayOf(t, 120, 40, path)
	s.m.recordWith(record.Options{Version: "v1.2.3-test"})
	s.press("end")
	return s
}

// Whatever leaks, each text format begins with the verdict and the facts that an incident
// needs, with the values of the report.
func TestIncidentStandsAlone(t *testing.T) {
	seen := 0
	for _, path := range listRecordings(t) {
		s := endOfReplay(t, path)
		st := s.m.vc.State
		if len(st.Report.Suspects) == 0 {
			continue
		}
		seen++
		first := st.Report.Suspects[0]
		wants := []string{first.Function, report.DescribePlace(first), first.Cause, first.Fix, report.DescribeRate(first), "restart", "v1.2.3-test", "leaktop check " + path}
		for _, other := range st.Report.Suspects[1:] {
			wants = append(wants, other.Function, other.Cause, other.Fix)
		}
		if v := st.Facts.GoVersion; v != "" {
			wants = append(wants, v)
		}
		for _, ext := range []string{".txt", ".md", ".html"} {
			d := s.m.actions.export.buildDocument()()
			f, _ := export.FormatOf(ext)
			var b bytes.Buffer
			if err := f.WriteTo(&b, &d); err != nil {
				t.Fatal(err)
			}
			text := plainText(ext, b.String())
			before, _, ok := strings.Cut(text, d.Title+" of ")
			if ext == ".txt" {
				before, _, ok = strings.Cut(text, "leaktop  "+d.Title)
			}
			if ext == ".html" {
				before, _, ok = strings.Cut(text, strings.Join(d.Path, " › "))
			}
			if !ok {
				t.Fatalf("%s: %s has no title", path, ext)
			}
			at := strings.Index(before, first.Sentence)
			if at < 0 || strings.Contains(before[:at], "where") {
				t.Errorf("%s: %s does not begin with %q:\n%.1500s", path, ext, first.Sentence, text)
			}
			for _, w := range wants {
				if !strings.Contains(before, w) {
					t.Errorf("%s: %s lacks %q before the view:\n%s", path, ext, w, before)
				}
			}
		}
	}
	if seen < 5 {
		t.Errorf("%d recordings have a suspect", seen)
	}
}

// plainText returns the text of a file as a reader sees it.
func plainText(ext, text string) string {
	switch ext {
	case ".md":
		return regexp.MustCompile(`\\(.)`).ReplaceAllString(text, "$1")
	case ".html":
		_, text, _ = strings.Cut(text, "<body>")
		text = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(text, "")
		return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&", "&#34;", `"`, "&quot;", `"`, "&#39;", "'", "&apos;", "'").Replace(text)
	}
	return text
}

// In the bundle, the stacks of a report have the functions that the report names.
func TestReportNamesItsStack(t *testing.T) {
	seen := 0
	for _, path := range listRecordings(t) {
		s := endOfReplay(t, path)
		d := s.m.actions.export.newDocument("Evidence")
		vc := *s.m.vc
		addReport(&d, &vc)
		for _, sus := range vc.State.Report.Suspects {
			if sus.Kind == leak.OffHeap {
				continue
			}
			seen++
			found := false
			for _, table := range d.Tables {
				if table.Title != "Stack of "+sus.Label()+", leaf first" {
					continue
				}
				for _, row := range table.Rows {
					if strings.TrimPrefix(row[0].Text, "created by ") == sus.Function && row[1].Text == report.DescribePlace(sus) {
						found = true
					}
				}
			}
			if !found {
				t.Errorf("%s: no stack of the report has %s at %s", path, sus.Function, report.DescribePlace(sus))
			}
		}
	}
	if seen < 5 {
		t.Errorf("%d suspects have a stack", seen)
	}
}

// A page loads nothing: it has no URL of another host.
func TestPagesLoadNothing(t *testing.T) {
	s := endOfReplay(t, "../testdata/corpus/growing-slice.tar")
	s.press("Flame")
	d := s.m.actions.export.buildDocument()()
	if d.Flame == nil {
		t.Fatal("there is no flame graph")
	}
	for _, ext := range []string{".html", ".svg"} {
		f, _ := export.FormatOf(ext)
		var b bytes.Buffer
		if err := f.WriteTo(&b, &d); err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(b.String(), `xmlns="http://www.w3.org/2000/svg"`, "")
		for _, bad := range []string{"http://", "https://", "src=", "@import", "url(", "<link"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s has %s", ext, bad)
			}
		}
		for _, want := range []string{"addEventListener", "<title>"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s has no %s: it does not zoom", ext, want)
			}
		}
	}
}

// The bundle of a fleet has the worst member and a healthy one, each with its profiles, and
// a report that begins with what leaks.
func TestFleetBundle(t *testing.T) {
	f := replayedFleet(t, "check/steady", "check/leaking", "check/steady")
	s := &listScreen{t: t, m: newFleetModel(f, colorprofile.NoTTY, false).opener}
	s.send(tea.WindowSizeMsg{Width: 120, Height: 40})
	s.awaitState("all are read", func(st fleet.State, _ fleet.Replay) bool {
		return st.Comparison.Summary.Verdict == leak.Leaks && st.Comparison.Summary.Steady == 2
	})
	s.m.recorder.Version = "v1.2.3-test"
	path := filepath.Join(t.TempDir(), "e.tar.gz")
	s.press("E")
	s.wants("the question", "its worst member, and a healthy one")
	s.send(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl})
	s.send(tea.PasteMsg{Content: path})
	s.press("enter")
	s.wants("the file", "Wrote")
	got := unpackBundle(t, path)
	for _, want := range []string{
		"README.txt", "report.md", "report.html", "worst/report.md", "worst/profiles/heap-first.pb.gz", "worst/profiles/heap-last.pb.gz", "worst/recording.tar",
		"healthy/report.md", "healthy/profiles/heap-last.pb.gz", "healthy/recording.tar",
	} {
		if got[want] == "" {
			t.Errorf("the bundle lacks %s", want)
		}
	}
	if !strings.Contains(got["README.txt"], "worst/\n  check/leaking: ") {
		t.Errorf("README.txt is\n%s", got["README.txt"])
	}
	for name, file := range map[string]string{"worst": "leaking", "healthy": "steady"} {
		want, err := os.ReadFile("../testdata/check/" + file + ".tar")
		if err != nil || got[name+"/recording.tar"] != string(want) {
			t.Errorf("%s/recording.tar is not that of a member that is %s: %v", name, file, err)
		}
	}
	text := plainText(".md", got["report.md"])
	first := s.m.vc.Fleet.Comparison.Suspects[0].First
	before, _, ok := strings.Cut(text, "## leaktop")
	for _, want := range []string{"LEAK", "only leaking", "check/leaking", report.DescribePlace(first), first.Cause, first.Fix, report.DescribeRate(first), "v1.2.3-test", "leaktop check "} {
		if !ok || !strings.Contains(before, want) {
			t.Errorf("report.md lacks %q at its beginning:\n%.1500s", want, text)
		}
	}
	if strings.Contains(got["healthy/report.md"], "**LEAK") {
		t.Error("the healthy one leaks")
	}
}
