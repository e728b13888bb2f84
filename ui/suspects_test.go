package ui

import (
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/growing"
	"github.com/leaktop/leaktop/ui/tui/overview"
)

// growingRow is the row of the first pane that is under the cursor.
func (s *screen) growingRow() *growing.Row {
	s.t.Helper()
	r, ok := s.list().Current()
	if !ok {
		s.t.Fatalf("no row is selected:\n%s", s.text())
	}
	return r.(*growing.Row)
}

// suspected is a screen on which the second and the third of the growing
// functions are suspected, not the first.
func suspected(t *testing.T) *screen {
	s := newScreen(t, typical, 80, 24)
	st := &s.m.vc.State
	st.Report.Verdict, st.Report.Suspects = leak.Leaks, nil
	for range 2 {
		s.press("down")
		e := s.growingRow()
		st.Report.Suspects = append(st.Report.Suspects, leak.Suspect{
			Kind: leak.Heap, Function: e.Name, Group: e.Group, Unit: "bytes", Confidence: leak.High, GrowthPerHour: 1 << 30,
			Sentence: profile.ShortName(e.Name) + " keeps all it allocates: +1.0 GiB/h (0.8–1.2), 50% of the growth, and more words than fit",
		})
	}
	s.press("g")
	return s
}

// TestEvidenceIsOfTheRow: v shows at once why a row is not suspected, and never
// another function's evidence without a word.
func TestEvidenceIsOfTheRow(t *testing.T) {
	s := suspected(t)
	first := s.growingRow()
	s.press("v")
	if want := "why not " + profile.ShortName(first.Name); s.m.currentPage().Title() != want {
		t.Fatalf("it opened %s, want %s", s.m.currentPage().Title(), want)
	}
	s.wants("undecided", "unless")
	s.press("esc", "down", "down", "v")
	if want := "why " + profile.ShortName(s.m.vc.State.Report.Suspects[1].Function); len(s.m.nav.path) != 1 || s.m.currentPage().Title() != want {
		t.Errorf("it opened %s, want %s", s.m.currentPage().Title(), want)
	}
}

// TestEvidenceOnceMore: who wants to know of the leak that is told gets there from
// any row.
func TestEvidenceOnceMore(t *testing.T) {
	s := suspected(t)
	s.press("v", "v")
	if want := "why " + s.m.vc.State.Report.Suspects[0].Label(); s.m.currentPage().Title() != want || len(s.m.nav.path) != 1 {
		t.Errorf("once more it opened %s, want %s", s.m.currentPage().Title(), want)
	}
}

// TestClickOnASentence opens the evidence of that sentence, wherever the cursor is.
func TestClickOnASentence(t *testing.T) {
	for i := range 2 {
		s := suspected(t)
		fn := profile.ShortName(s.m.vc.State.Report.Suspects[i].Function)
		for line := range s.m.layout.suspects.H {
			if sus, ok := overview.SuspectAt(s.m.vc, 80, s.m.layout.suspects.H, line); ok && profile.ShortName(sus.Function) == fn {
				s.click(10, s.m.layout.suspects.Y+line)
				break
			}
		}
		if len(s.m.nav.path) != 1 || s.m.currentPage().Title() != "why "+fn {
			t.Errorf("a click on the sentence of %s opened %s", fn, s.m.currentPage().Title())
		}
	}
}

// TestEarlierLeakComesFirst: after a restart the leak before it is the news, and
// what only looks like one comes behind.
func TestEarlierLeakComesFirst(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	s.m.vc.State.Before.Suspects = []leak.Suspect{{Sentence: "main.put keeps all it allocates: +44 MiB/h"}}
	s.m.vc.State.Report = leak.Report{Verdict: leak.Steady, Caveat: profile.Diagnostic{What: "steady for 2m"}, LookAlikes: []leak.LookAlike{{Function: "main.leaf", Evaluation: leak.Evaluation{Text: "gives back what it takes"}}}}
	if text := strings.Join(overview.VerdictLines(s.m.vc, 80, 2), "\n"); !strings.Contains(text, "main.put") || strings.Contains(text, "main.leaf") {
		t.Error(text)
	}
}

// TestCrashLoopIsSaid: that no process lives long enough is why there is no verdict.
func TestCrashLoopIsSaid(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	st := &s.m.vc.State
	st.Report = leak.Report{Verdict: leak.Undecided, Caveat: profile.Diagnostic{What: "watched for 3s of the 1m30s that a verdict needs"}}
	for n, several := range []bool{false, false, true, false} {
		st.Restarts, st.Several = n, several
		text := strings.Join(overview.VerdictLines(s.m.vc, 80, 3), "\n")
		if said := strings.Contains(text, "restarted 3 times so far"); said != (n == 3) || !strings.Contains(text, "watched for 3s") {
			t.Errorf("%d restarts, several %v: %s", n, several, text)
		}
	}
}

// TestNoEmptySentence: while a first profile is on its way, the index page's count
// alone is no verdict.
func TestNoEmptySentence(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	s.m.vc.State.Report = leak.Report{}
	if text := strings.Join(overview.VerdictLines(s.m.vc, 80, 2), "\n"); !strings.Contains(text, "no profile has come yet") {
		t.Error(text)
	}
}

// TestRemedyIsWhole: where nothing has come yet, the table has room for all of
// what is wrong and what to do.
func TestRemedyIsWhole(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	s.m.vc.History = profile.NewHistory()
	st := s.m.vc.State
	st.History, st.Heap, st.Goroutines, st.Groups = s.m.vc.History, nil, nil, nil
	for i, remedy := range []string{"check the port", "name the prefix"} {
		s.press(string(rune('1' + i)))
		st.Diagnostics = []profile.Diagnostic{{Code: profile.CodeNoAnswer, What: "get the index: " + strings.Repeat("many words ", 30), Next: remedy}}
		s.shows(st)
		s.wants(tui.Waiting, remedy)
	}
}
