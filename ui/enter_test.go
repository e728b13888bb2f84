package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
)

// Enter on an event opens what the event is about, or shows its full text.
func TestEnterOnEvents(t *testing.T) {
	s := newSuspectsScreen(t)
	st := s.m.vc.State
	long := "get the heap profile: " + strings.Repeat("many words ", 12) + "and the end of it"
	at := time.Date(2026, 5, 4, 14, 2, 0, 0, time.UTC)
	st.Events = []profile.Event{
		{Time: at, Kind: profile.EventVerdict, Text: "leak: a sentence that says nothing of which", Suspect: profile.EventSuspect{
			Kind: string(st.Report.Suspects[1].Kind), Label: st.Report.Suspects[1].Label(),
		}},
		{Time: at, Kind: profile.EventVerdict, Text: "taken back: main.gone: grows no more"},
		{Time: at, Kind: profile.EventFailed, Text: long},
	}
	s.press("Events")
	s.showState(st)
	s.press("enter")
	s.wants("failed: get the heap profile", "and the end of it")
	s.press("down", "enter")
	s.wants("verdict: taken back: main.gone")
	if len(s.m.nav.path) != 0 {
		t.Fatalf("enter opened %s", s.m.currentPage().Title())
	}
	s.press("down", "enter")
	if want := "why " + st.Report.Suspects[1].Label(); s.m.currentPage().Title() != want {
		t.Errorf("enter on a verdict: got page %q, want %q", s.m.currentPage().Title(), want)
	}
}

// Enter in the Memory pane opens the profile of that memory, whatever profile is selected. Where enter opens nothing, a
// message says so.
func TestEnterOnMemoryAndAtTheEnd(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	s.press("Memory")
	s.wants("enter live heap")
	s.m.vc.Kind, s.m.vc.Sample = profile.Goroutine, "goroutine"
	s.press("enter")
	s.wants("Memory › live heap", "heap inuse_space", "FUNCTION", "CUM")
	s.m.nav.path = nil
	s.do(s.m.actions.evidence.openSuspect(leak.Suspect{Kind: leak.OffHeap, Sentence: "memory outside of the Go runtime grows"}))
	s.press("left")
	if strings.Contains(s.text(), "enter open") {
		t.Error("the footer offers enter where it opens nothing:\n" + s.text())
	}
	s.press("enter")
	s.wants("as deep as it goes")
}

// v in the evidence opens the next suspect's evidence, and is offered only if there is one.
func TestEvidenceOffersNoEvidence(t *testing.T) {
	s := newSuspectsScreen(t)
	all := s.m.vc.State.Report.Suspects
	s.do(s.m.actions.evidence.openSuspect(all[0]))
	s.wants("v next suspect")
	s.press("v")
	if want := "why " + all[1].Label(); s.m.currentPage().Title() != want || len(s.m.nav.path) != 1 {
		t.Errorf("v: got page %q with %d pages open, want %q", s.m.currentPage().Title(), len(s.m.nav.path), want)
	}
	s.m.vc.State.Report.Suspects = all[1:]
	s.press("v")
	s.wants("nothing else is suspected")
	s.press("left")
	if text := s.text(); strings.Contains(text, "v why") || strings.Contains(text, "v next") {
		t.Error("v is offered on the only evidence")
	}
}

// A message and the heading use the same name for the values, and no name appears twice.
func TestValuesHaveOneName(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	s.press("Functions", "t")
	s.wants("Values: heap inuse_objects")
	s.press("t", "t", "t")
	s.wants("Values: goroutine")
	s.press("left")
	s.wants("goroutine · last 4m")
	if strings.Contains(s.text(), "goroutine goroutine") {
		t.Error("\"goroutine\" appears twice")
	}
}
