package ui

import (
	"bytes"
	"encoding/json"
	"html"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/sourcetest"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
)

// tableOf returns the part of a screen below the column titles.
func tableOf(screen string) string {
	_, rows, _ := strings.Cut(screen, "FUNCTION")
	var out []string
	for line := range strings.Lines(rows) {
		row, _, _ := strings.Cut(line, "│") // without the details
		out = append(out, row)
	}
	return strings.Join(out, "\n")
}

// TestOneNumberEverywhere checks that header, sentence, row, evidence, every export and check show the same figure for
// the same thing.
func TestOneNumberEverywhere(t *testing.T) {
	for _, name := range []string{"check/leaking", "corpus/growing-slice", "corpus/stuck-send", "corpus/growing-array", "corpus/slow-consumer"} {
		t.Run(name, func(t *testing.T) {
			src := sourcetest.Open(t, "../testdata/"+name+".tar", source.Options{FullSpeed: true})
			s := newScreen(t, src, 200, 60)
			st := s.m.vc.State
			shown := map[string]string{"the screen": s.text()}
			for _, ext := range []string{".txt", ".md", ".html"} {
				shown["the export as "+ext] = s.exportAs(ext)
			}
			for _, f := range []string{"text", "markdown"} {
				shown["check as "+f] = s.checkOutput(f)
			}
			if len(st.Report.Suspects) == 0 {
				t.Fatal("no suspects, so there is nothing to compare")
			}
			for _, x := range st.Report.Suspects {
				figure := strings.TrimSuffix(format.PerHour(x.GrowthPerHour, x.Unit), "/h")
				if !strings.Contains(x.Sentence, figure) {
					t.Errorf("the sentence %q lacks %q", x.Sentence, figure)
				}
				for where, text := range shown {
					if !strings.Contains(text, figure) {
						t.Errorf("%s lacks %q of %s:\n%s", where, figure, x.Label(), text)
					}
				}
				if row := lineWith(tableOf(shown["the screen"]), profile.ShortName(x.Function)); row == "" || !strings.Contains(row, figure) {
					t.Errorf("row of %s: got %q, want it to contain %q", x.Function, row, figure)
				}
			}
			if x := st.Report.Suspects[0]; x.Kind == leak.Heap {
				s.press("Growing", "enter", "enter", "enter")
				if row, figure := lineWith(s.text(), "→ "), format.PerHour(x.GrowthPerHour, x.Unit); !strings.Contains(row, strings.TrimSuffix(figure, "/h")) {
					t.Errorf("line of %s: got %q, want it to contain %q", x.Function, row, figure)
				}
			}
			s.press("Growing", "+", "+")
			if s.m.vc.Window != 0 {
				t.Fatalf("got a window of %v, want the whole watch", s.m.vc.Window)
			}
			for _, x := range st.Report.Suspects {
				figure := strings.TrimSuffix(format.PerHour(x.GrowthPerHour, x.Unit), "/h")
				if row := lineWith(tableOf(s.text()), profile.ShortName(x.Function)); !strings.Contains(row, figure) {
					t.Errorf("row of %s over the whole watch: got %q, want it to contain %q", x.Function, row, figure)
				}
			}
			s.press("-", "-", "Flame")
			_, frames, _ := strings.Cut(s.exportAs(".txt"), "FRAME")
			for _, x := range st.Report.Suspects {
				figure := format.PerHour(x.GrowthPerHour, x.Unit)
				if x.Kind == leak.Heap && x.Group != nil && !strings.Contains(frames, figure) {
					t.Errorf("frames lack %q of %s:\n%s", figure, x.Label(), frames)
				}
			}
			s.press("Growing", "v")
			s.wants(st.Report.Suspects[0].Sentence)
			var d report.Document
			if err := json.Unmarshal([]byte(s.checkOutput("json")), &d); err != nil {
				t.Fatal(err)
			}
			for i, x := range st.Report.Suspects {
				if d.Suspects[i].GrowthPerHour != x.GrowthPerHour {
					t.Errorf("check as JSON: got %v for %s, want %v", d.Suspects[i].GrowthPerHour, x.Label(), x.GrowthPerHour)
				}
			}
			live, rough := format.Bytes(d.Memory.HeapLive), format.BytesRough(d.Memory.HeapLive)
			if head, _, _ := strings.Cut(shown["the screen"], "\n\n"); !strings.Contains(head, "live heap  "+live) || !strings.Contains(shown["check as text"], rough+" live heap") {
				t.Errorf("check has a live heap of %s, which is not on the screen:\n%s", live, head)
			}
		})
	}
}

// exportAs returns the current page in a format.
func (s *screen) exportAs(ext string) string {
	s.t.Helper()
	f, ok := export.FormatOf(ext)
	if !ok {
		s.t.Fatalf("no format %s", ext)
	}
	d := s.m.actions.export.newDocument("")
	pageDocument(s.m.nav.currentPage())(&d)
	var b bytes.Buffer
	if err := f.WriteTo(&b, &d); err != nil {
		s.t.Fatal(err)
	}
	return html.UnescapeString(b.String())
}

// checkOutput returns what leaktop check writes about the state on screen.
func (s *screen) checkOutput(name string) string {
	s.t.Helper()
	st := s.m.vc.State
	r := report.Result{
		Target: "shop", From: st.First, To: st.Now, Polls: st.Polls,
		Report: leak.Conclude(leak.Watch{Report: st.Report, Took: st.Now.Sub(st.First), IsRecorded: true}),
	}
	var b bytes.Buffer
	if err := report.Write(&b, name, r, report.Options{Width: 200}); err != nil {
		s.t.Fatal(err)
	}
	return b.String()
}

// lineWith returns the line of a table that contains a name.
func lineWith(text, name string) string {
	for line := range strings.Lines(text) {
		if _, after, ok := strings.Cut(line, name); ok && strings.Contains(after, "  ") && !strings.Contains(line, "/h") {
			return line
		}
	}
	return ""
}
