package ui

import (
	"errors"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
)

// suspected is a screen on which the second and the third of the growing
// functions are suspected, not the first.
func suspected(t *testing.T) *screen {
	s := newScreen(t, typical, 80, 24)
	st := &s.m.sh.state
	st.Report.Verdict, st.Report.Suspects = leak.Leaks, nil
	for range 2 {
		s.press("down")
		e := s.m.selectedEntry()
		st.Report.Suspects = append(st.Report.Suspects, leak.Suspect{
			Kind: leak.Heap, Function: e.name, Group: e.group, Unit: "bytes", Confidence: leak.High, GrowthPerHour: 1 << 30,
			Sentence: profile.ShortName(e.name) + " keeps all it allocates: +1.0 GiB/h (0.8–1.2), 50% of the growth, and more words than fit",
		})
	}
	s.press("g")
	return s
}

// TestEvidenceIsOfTheRow: v never opens another function's evidence without a word.
func TestEvidenceIsOfTheRow(t *testing.T) {
	s := suspected(t)
	first := s.m.selectedEntry()
	first.look = leak.Evaluation{Shape: leak.ShapeBursts, Text: "grows in bursts, not evenly"}
	s.press("v")
	s.wants("Not suspected: " + profile.ShortName(first.name) + ": grows in bursts")
	if len(s.m.path) != 0 {
		t.Fatal("it opened " + s.m.page().title())
	}
	s.press("down", "down", "v")
	if want := "why " + profile.ShortName(s.m.sh.state.Report.Suspects[1].Function); len(s.m.path) != 1 || s.m.page().title() != want {
		t.Errorf("it opened %s, want %s", s.m.page().title(), want)
	}
}

// TestEvidenceOnceMore: who wants to know of the leak that is told gets there from
// any row.
func TestEvidenceOnceMore(t *testing.T) {
	s := suspected(t)
	s.m.selectedEntry().look = leak.Evaluation{Shape: leak.ShapeBursts, Text: "grows in bursts"}
	s.press("v", "up", "v")
	if len(s.m.path) != 0 {
		t.Error("with another key between it opened " + s.m.page().title())
	}
	who := s.m.sh.state.Report.Suspects[0].Who()
	s.wants("v again: the evidence of")
	s.press("v")
	if s.m.page().title() != "why "+who {
		t.Errorf("once more it opened %s, want %s", s.m.page().title(), who)
	}
}

// TestClickOnASentence opens the evidence of that sentence, wherever the cursor is.
func TestClickOnASentence(t *testing.T) {
	for i := range 2 {
		s := suspected(t)
		fn := profile.ShortName(s.m.sh.state.Report.Suspects[i].Function)
		for line := range s.m.layout.suspects.h {
			if sus, ok := suspectAt(s.m.sh, 80, s.m.layout.suspects.h, line); ok && profile.ShortName(sus.Function) == fn {
				s.click(10, s.m.layout.suspects.y+line)
				break
			}
		}
		if len(s.m.path) != 1 || s.m.page().title() != "why "+fn {
			t.Errorf("a click on the sentence of %s opened %s", fn, s.m.page().title())
		}
	}
}

// TestEarlierLeakComesFirst: after a restart the leak before it is the news, and
// what only looks like one comes behind.
func TestEarlierLeakComesFirst(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	s.m.sh.state.Before.Suspects = []leak.Suspect{{Sentence: "main.put keeps all it allocates: +44 MiB/h"}}
	s.m.sh.state.Report = leak.Report{Verdict: leak.Steady, Caveat: profile.Diagnostic{What: "steady for 2m"}, LookAlikes: []leak.LookAlike{{Function: "main.leaf", Evaluation: leak.Evaluation{Text: "gives back what it takes"}}}}
	if text := strings.Join(suspectLines(s.m.sh, 80, 2), "\n"); !strings.Contains(text, "main.put") || strings.Contains(text, "main.leaf") {
		t.Error(text)
	}
}

// TestCrashLoopIsSaid: that no process lives long enough is why there is no verdict.
func TestCrashLoopIsSaid(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	st := &s.m.sh.state
	st.Report = leak.Report{Verdict: leak.Undecided, Caveat: profile.Diagnostic{What: "watched for 3s of the 1m30s that a verdict needs"}}
	for n, several := range []bool{false, false, true, false} {
		st.Restarts, st.Several = n, several
		text := strings.Join(suspectLines(s.m.sh, 80, 3), "\n")
		if said := strings.Contains(text, "restarted 3 times so far"); said != (n == 3) || !strings.Contains(text, "watched for 3s") {
			t.Errorf("%d restarts, several %v: %s", n, several, text)
		}
	}
}

// TestNoEmptySentence: while a first profile is on its way, the index page's count
// alone is no verdict.
func TestNoEmptySentence(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	s.m.sh.state.Report = leak.Report{}
	if text := strings.Join(suspectLines(s.m.sh, 80, 2), "\n"); !strings.Contains(text, "no profile has come yet") {
		t.Error(text)
	}
}

func TestBriefCutsNoNumber(t *testing.T) {
	s := leak.Suspect{
		Function: "example.com/shop/cart.(*Store).Put", GrowthPerHour: 1020, Unit: "goroutines",
		Sentence: "cart.(*Store).Put waits on a Cond that nobody signals: +1,020 goroutines/h (990–1,050)",
	}
	for room, want := range map[int]string{
		100: s.Sentence,
		60:  "cart.(*Store).Put +1,020/h: waits on a Cond that nobody sig…",
	} {
		if got := brief(s, room); got != want {
			t.Errorf("in %d columns: %q, want %q", room, got, want)
		}
	}
	soon := leak.Suspect{
		Function: "example.com/shop/images.(*Cache).render", GrowthPerHour: 2 << 30, Unit: "bytes",
		Sentence: "images.(*Cache).render keeps all it allocates: +2.0 GiB/h (1.7–2.3), 91% of the growth; limit in ~5m",
	}
	if got := brief(soon, 71); got != "images.(*Cache).render +2.00 GiB/h, limit in ~5m: keeps all it allocat…" {
		t.Errorf("with a limit: %q", got)
	}
	by := leak.Suspect{
		Function: "example.com/shop/prices.(*Client).fetchPrice", GrowthPerHour: 7207, Unit: "goroutines",
		Sentence: "HTTP response bodies not closed by prices.(*Client).fetchPrice: +7,207 goroutines/h (7,100–7,300)",
	}
	if got := brief(by, 66); got != "+7,207/h: HTTP response bodies not closed by …(*Client).fetchPrice" {
		t.Errorf("with a function at the end: %q", got)
	}
	off := leak.Suspect{GrowthPerHour: 720, Unit: "goroutines", Sentence: "HTTP response bodies are not closed: +720 goroutines/h"}
	if got := brief(off, 50); got != "+720/h: HTTP response bodies are not closed" {
		t.Errorf("without a function: %q", got)
	}
}

// TestRemedyIsWhole: where nothing has come yet, the table has room for all of
// what is wrong and what to do.
func TestRemedyIsWhole(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	s.m.sh.history = profile.NewHistory()
	st := s.m.sh.state
	st.History, st.Heap, st.Goroutines, st.Groups = s.m.sh.history, nil, nil, nil
	for i, remedy := range []string{"check the port", "name the prefix"} {
		s.press(string(rune('1' + i)))
		st.Err = errors.New("get the index: " + strings.Repeat("many words ", 30) + remedy)
		s.shows(st)
		s.wants(waiting, remedy)
	}
}
