package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
)

// enter on an event leads to what it is about, or shows the whole of it.
func TestEnterOnEvents(t *testing.T) {
	s := suspected(t)
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
	s.shows(st)
	s.press("enter")
	s.wants("failed: get the heap profile", "and the end of it")
	s.press("down", "enter")
	s.wants("verdict: taken back: main.gone")
	if len(s.m.nav.path) != 0 {
		t.Fatalf("it opened %s", s.m.currentPage().Title())
	}
	s.press("down", "enter")
	if want := "why " + st.Report.Suspects[1].Label(); s.m.currentPage().Title() != want {
		t.Errorf("a verdict leads to %q, want %q", s.m.currentPage().Title(), want)
	}
}

// enter on Memory leads to what profiles know of it, whatever profile is chosen;
// where enter leads nowhere that is said.
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
		t.Error("enter is offered where it leads nowhere:\n" + s.text())
	}
	s.press("enter")
	s.wants("as deep as it goes")
}

// v on evidence goes to the next suspect, and is offered for that alone.
func TestEvidenceOffersNoEvidence(t *testing.T) {
	s := suspected(t)
	all := s.m.vc.State.Report.Suspects
	s.do(s.m.actions.evidence.openSuspect(all[0]))
	s.wants("v next suspect")
	s.press("v")
	if want := "why " + all[1].Label(); s.m.currentPage().Title() != want || len(s.m.nav.path) != 1 {
		t.Errorf("v leads to %q on %d pages, want %q", s.m.currentPage().Title(), len(s.m.nav.path), want)
	}
	s.m.vc.State.Report.Suspects = all[1:]
	s.press("v")
	s.wants("nothing else is suspected")
	s.press("left")
	if text := s.text(); strings.Contains(text, "v why") || strings.Contains(text, "v next") {
		t.Error("v is offered on the only evidence")
	}
}

// What the values are is called the same by what is said and by the heading, and
// never twice by one name.
func TestValuesHaveOneName(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	s.press("Functions", "t")
	s.wants("Values: heap inuse_objects")
	s.press("t", "t", "t")
	s.wants("Values: goroutine")
	s.press("left")
	s.wants("goroutine · last 4m")
	if strings.Contains(s.text(), "goroutine goroutine") {
		t.Error("goroutine stands twice")
	}
}
