package ui

import (
	"bytes"
	"encoding/json"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/leak/blindspot"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/sourcetest"
	"github.com/leaktop/leaktop/ui/check"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
)

// exportedView is what the JSON export of the Growing pane has in common with the JSON of check.
type exportedView struct {
	Verdict []struct {
		Head, Text string
	}
	Warnings []string
	Charts   []struct {
		Series []struct {
			Name   string
			Points []struct{ V float64 }
		}
	}
	Tables []struct {
		Rows []struct {
			Name, Verdict string
			Growth        float64
		}
	}
}

// newestHeap returns the last value of the chart of the live heap.
func (v exportedView) newestHeap() float64 {
	for _, c := range v.Charts {
		for _, s := range c.Series {
			if s.Name == "live heap" && len(s.Points) > 0 {
				return s.Points[len(s.Points)-1].V
			}
		}
	}
	return -1
}

// TestViewAgreesWithCheck checks that the end of each replay shows and exports what check says about the same recording:
// the verdict and what limits it, the suspects and their rates, the memory, the blind spots and the warnings.
func TestViewAgreesWithCheck(t *testing.T) {
	for _, path := range listRecordings(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".tar"), func(t *testing.T) {
			want := checkRecording(t, path)
			s := endOfReplay(t, path)
			s.m.currentPage().(interface{ FillNow() }).FillNow()
			if diff := cmp.Diff(asJSON(t, want), asJSON(t, s.checkDocument(want))); diff != "" {
				t.Errorf("the view differs from check (-check +view):\n%s", diff)
			}
			var view exportedView
			if err := json.Unmarshal([]byte(s.exportAs(".json")), &view); err != nil {
				t.Fatal(err)
			}
			compareSentences(t, view, want)
			if got := view.newestHeap(); got != float64(want.Memory.HeapLive) {
				t.Errorf("live heap: got %v, want %d", got, want.Memory.HeapLive)
			}
			for _, w := range want.Warnings {
				if !slices.Contains(view.Warnings, w) {
					t.Errorf("the warnings %q lack %q", view.Warnings, w)
				}
			}
			compareRows(t, view, want)
			compareTables(t, s.exportAs(".csv"), s.exportAs(".md"), want)
		})
	}
}

// compareSentences compares the sentences above a view with the verdict of check.
func compareSentences(t *testing.T, view exportedView, want report.Document) {
	t.Helper()
	text := ""
	var suspects []string
	for _, v := range view.Verdict {
		text += v.Head + " " + v.Text + "\n"
		if strings.HasPrefix(v.Head, "LEAK") {
			suspects = append(suspects, v.Text)
		}
	}
	if len(suspects) != len(want.Suspects) {
		t.Errorf("got %d suspects, want %d:\n%s", len(suspects), len(want.Suspects), text)
	}
	for i, x := range want.Suspects {
		figure := strings.TrimSuffix(format.PerHour(x.GrowthPerHour, x.Unit), "/h")
		if i < len(suspects) && (!strings.Contains(suspects[i], profile.ShortName(x.Function)) && x.Kind == leak.Heap || !strings.Contains(suspects[i], figure)) {
			t.Errorf("the sentence %q does not have %s with %s", suspects[i], x.Function, figure)
		}
	}
	if !strings.Contains(text, want.Caveat) {
		t.Errorf("the view lacks %q:\n%s", want.Caveat, text)
	}
	if blind := blindspot.Describe(want.BlindSpots); want.Verdict == leak.Steady && !strings.Contains(text, blind) {
		t.Errorf("the view lacks %q:\n%s", blind, text)
	}
}

// compareRows compares the rows of suspects in the JSON export with the suspects of check. Goroutines
// of one suspect may have several rows, of other functions; one of heap memory has one.
func compareRows(t *testing.T, view exportedView, want report.Document) {
	t.Helper()
	leaking := 0
	for _, row := range view.Tables[0].Rows {
		if row.Verdict == "leak" {
			leaking++
		}
	}
	if leaking < len(want.Suspects) || (leaking > 0) != (want.Verdict == leak.Leaks) {
		t.Errorf("got %d leaking rows, want those of %d suspects", leaking, len(want.Suspects))
	}
	for _, x := range want.Suspects {
		found := false
		for _, row := range view.Tables[0].Rows {
			found = found || row.Verdict == "leak" && strings.HasPrefix(row.Name, x.Function) && row.Growth == x.GrowthPerHour
		}
		if x.Kind == leak.Heap && !found {
			t.Errorf("no row has %s with %v/h: %+v", x.Function, x.GrowthPerHour, view.Tables[0].Rows)
		}
	}
}

// compareTables checks that the tables of the CSV and the Markdown export have the rates of the suspects of check.
func compareTables(t *testing.T, csvText, markdown string, want report.Document) {
	t.Helper()
	for _, x := range want.Suspects {
		if x.Kind != leak.Heap {
			continue
		}
		if exact := "," + strconv.FormatFloat(x.GrowthPerHour, 'f', -1, 64) + ",bytes/hour,"; !strings.Contains(csvText, "\n"+x.Function) || !strings.Contains(csvText, exact) {
			t.Errorf("the CSV export lacks %s with %s:\n%s", x.Function, exact, csvText)
		}
		if row := "| `" + x.Function + "` |"; !strings.Contains(markdown, row) || !strings.Contains(markdown, format.PerHour(x.GrowthPerHour, x.Unit)) {
			t.Errorf("the Markdown export lacks %q:\n%s", row, markdown)
		}
	}
	for _, text := range append(slices.Clone(want.Warnings), want.Caveat) {
		if !strings.Contains(csvText, text) {
			t.Errorf("the CSV export lacks %q:\n%s", text, csvText)
		}
		if !strings.Contains(plainText(".md", markdown), text) {
			t.Errorf("the Markdown export lacks %q:\n%s", text, markdown)
		}
	}
}

// checkRecording returns what leaktop check says about a recording.
func checkRecording(t *testing.T, path string) (d report.Document) {
	t.Helper()
	var out bytes.Buffer
	src := sourcetest.Open(t, path, source.Options{FullSpeed: true})
	if _, err := check.Run(t.Context(), src, check.Options{Format: "json", Recording: true}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// checkDocument returns the state on screen as check would write it, with the fields of like
// that are not about the verdict.
func (s *screen) checkDocument(like report.Document) (d report.Document) {
	s.t.Helper()
	if err := json.Unmarshal([]byte(s.checkOutput("json")), &d); err != nil {
		s.t.Fatal(err)
	}
	d.Target, d.GoVersion, d.Leaktop = like.Target, like.GoVersion, like.Leaktop
	return d
}

// asJSON returns a document with a line for each field.
func asJSON(t *testing.T, d report.Document) string {
	t.Helper()
	text, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
