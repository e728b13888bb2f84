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

// growingRow returns the row under the cursor in the Growing pane.
func (s *screen) growingRow() *growing.Row {
	s.t.Helper()
	r, ok := s.list().Current()
	if !ok {
		s.t.Fatalf("no row is selected:\n%s", s.text())
	}
	return r.(*growing.Row)
}

// newSuspectsScreen returns a screen on which the second and third growing functions are suspects, but not the first.
func newSuspectsScreen(t *testing.T) *screen {
	s := newScreen(t, typical, 80, 24)
	st := &s.m.vc.State
	st.Report.Verdict, st.Report.Suspects = leak.Leaks, nil
	for letter := range 2 {
		s.press("down")
		e := s.growingRow()
		st.Report.Suspects = append(st.Report.Suspects, leak.Suspect{
			Letter: letter + 1, Kind: leak.Heap, Function: e.Name, Group: e.Group, Unit: "bytes", Confidence: leak.High, GrowthPerHour: 1 << 30,
			Sentence: profile.ShortName(e.Name) + " keeps all it allocates: +1.0 GiB/h (0.8–1.2), 50% of the growth, and more words than fit",
		})
	}
	s.press("g")
	return s
}

// TestEvidenceIsOfTheRow checks that v explains why a row is not a suspect, and that it says so if it opens another
// function's evidence.
func TestEvidenceIsOfTheRow(t *testing.T) {
	s := newSuspectsScreen(t)
	first := s.growingRow()
	s.press("v")
	if want := "why not " + profile.ShortName(first.Name); s.m.currentPage().Title() != want {
		t.Fatalf("v: got page %s, want %s", s.m.currentPage().Title(), want)
	}
	s.wants("undecided", "unless")
	s.press("esc", "down", "down", "v")
	if want := "why " + profile.ShortName(s.m.vc.State.Report.Suspects[1].Function); len(s.m.nav.path) != 1 || s.m.currentPage().Title() != want {
		t.Errorf("v: got page %s, want %s", s.m.currentPage().Title(), want)
	}
}

// TestEvidenceOnceMore checks that pressing v again opens the evidence of the reported leak from any row.
func TestEvidenceOnceMore(t *testing.T) {
	s := newSuspectsScreen(t)
	s.press("v", "v")
	if want := "why " + s.m.vc.State.Report.Suspects[0].Label(); s.m.currentPage().Title() != want || len(s.m.nav.path) != 1 {
		t.Errorf("v again: got page %s, want %s", s.m.currentPage().Title(), want)
	}
}

// TestClickOnASentence checks that a click on a sentence opens the evidence of its suspect, wherever the cursor is.
func TestClickOnASentence(t *testing.T) {
	for i := range 2 {
		s := newSuspectsScreen(t)
		fn := profile.ShortName(s.m.vc.State.Report.Suspects[i].Function)
		for line := range s.m.layout.suspects.H {
			if sus, ok := overview.SuspectAt(s.m.vc, 80, s.m.layout.suspects.H, line); ok && profile.ShortName(sus.Function) == fn {
				s.clickAt(10, s.m.layout.suspects.Y+line)
				break
			}
		}
		if len(s.m.nav.path) != 1 || s.m.currentPage().Title() != "why "+fn {
			t.Errorf("click on the sentence of %s: got page %s", fn, s.m.currentPage().Title())
		}
	}
}

// TestEarlierLeakComesFirst checks that after a restart the leak found before it is listed first, and look-alikes come
// after it.
func TestEarlierLeakComesFirst(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	s.m.vc.State.Before.Suspects = []leak.Suspect{{Sentence: "main.put keeps all it allocates: +44 MiB/h"}}
	s.m.vc.State.Report = leak.Report{Verdict: leak.Steady, Caveat: profile.Diagnostic{What: "steady for 2m"}, LookAlikes: []leak.LookAlike{{Function: "main.leaf", Evaluation: leak.Evaluation{Text: "gives back what it takes"}}}}
	if text := strings.Join(overview.VerdictLines(s.m.vc, 80, 2), "\n"); !strings.Contains(text, "main.put") || strings.Contains(text, "main.leaf") {
		t.Error(text)
	}
}

// TestCrashLoopIsSaid checks that a crash loop is given as the reason why there is no verdict.
func TestCrashLoopIsSaid(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	st := &s.m.vc.State
	st.Report = leak.Report{Verdict: leak.Undecided, Caveat: profile.Diagnostic{What: "watched for 3s of the 1m30s that a verdict needs"}}
	for n, several := range []bool{false, false, true, false} {
		st.Restarts, st.Several = n, several
		text := strings.Join(overview.VerdictLines(s.m.vc, 80, 3), "\n")
		if said := strings.Contains(text, "restarted 3 times, see Events"); said != (n == 3) || !strings.Contains(text, "watched for 3s") {
			t.Errorf("%d restarts, several %v: %s", n, several, text)
		}
	}
}

// TestNoEmptySentence checks that there is no sentence while the first profile is pending: the goroutine count of the
// index page alone is not a verdict.
func TestNoEmptySentence(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	s.m.vc.State.Report = leak.Report{}
	if text := strings.Join(overview.VerdictLines(s.m.vc, 80, 2), "\n"); !strings.Contains(text, "no profile has arrived yet") {
		t.Error(text)
	}
}

// TestRemedyIsWhole checks that before the first profile the table's room is used to show the whole error and its
// remedy.
func TestRemedyIsWhole(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	s.m.vc.History = profile.NewHistoryBuilder().History()
	st := s.m.vc.State
	st.History, st.Heap, st.Goroutines, st.Groups = s.m.vc.History, nil, nil, nil
	for i, remedy := range []string{"check the port", "name the prefix"} {
		s.press(string(rune('1' + i)))
		st.Diagnostics = []profile.Diagnostic{{Code: profile.CodeNoAnswer, What: "get the index: " + strings.Repeat("many words ", 30), Next: remedy}}
		s.showState(st)
		s.wants(tui.Waiting, remedy)
	}
}
