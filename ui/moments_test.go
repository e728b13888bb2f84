package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/tui/tuitest"
)

// threeMoments returns a screen after three heap profiles, one minute apart.
func threeMoments(t *testing.T, w, h int) *screen {
	t.Helper()
	s := newScreen(t, files{}, w, h)
	for i, name := range []string{"typ_heap_001.pb.gz", "typ_heap_020.pb.gz", "typ_heap_060.pb.gz"} {
		c := tuitest.Capture(t, name)
		c.Time = time.Date(2026, 3, 1, 12, i, 0, 0, time.Local)
		s.ingest(c)
	}
	return s
}

func TestCursorReadsTheCharts(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		s := threeMoments(t, size[0], size[1])
		s.press("x")
		s.wants("12:02:00", "live heap 652 MiB", "enter mark", "esc close")
		s.press("left")
		s.wants("12:01:00, 1m ago")
		s.press("home")
		s.wants("12:00:00, 2m ago")
		s.press("end")
		s.wants("live heap 652 MiB")
		s.press("esc")
		if strings.Contains(s.text(), "12:02:00") || s.m.overlays.Top() != nil {
			t.Errorf("%v: the cursor stayed:\n%s", size, s.text())
		}
	}
}

// With two marked moments every table shows their difference, until B or esc.
func TestTwoMomentsAreCompared(t *testing.T) {
	s := threeMoments(t, 120, 40)
	s.press("Functions")
	total := s.m.vc.State.Heap
	held := func(i int) int64 { return int64(total[0][i].V) }
	s.press("x", "home", "m", "right", "enter")
	s.wants("Values are the difference of 12:00:00 to 12:01:00. B or esc drops it.", "12:00:00 to 12:01:00")
	x, ok := s.m.vc.History.Extract(profile.Selection{Kind: profile.Heap, Type: "inuse_space", Baseline: true})
	if !ok || x.Time.Sub(x.Baseline) != time.Minute {
		t.Fatalf("got an extract of %v since %v", x.Time, x.Baseline)
	}
	rows, _ := s.m.vc.History.Rows(profile.Selection{Kind: profile.Heap, Type: "inuse_space", Baseline: true})
	if rows.Total != held(1)-held(0) {
		t.Errorf("got rows with a total of %d, want %d", rows.Total, held(1)-held(0))
	}
	for _, pane := range []string{"Growing", "Stacks", "Flame"} {
		s.press(pane)
		s.wants("12:00:00 to 12:01:00")
	}
	s.press("esc")
	s.wants("Values are current again.")
	if s.m.vc.Range.IsSet() || s.m.vc.Baseline || strings.Contains(s.text(), "12:00:00 to") {
		t.Errorf("the range is still marked:\n%s", s.text())
	}
}

// A new poll does not drop the difference.
func TestDifferenceStays(t *testing.T) {
	s := threeMoments(t, 100, 30)
	s.press("Functions", "x", "home", "m", "end", "enter")
	c := tuitest.Capture(t, "typ_heap_150.pb.gz")
	c.Time = time.Date(2026, 3, 1, 12, 3, 0, 0, time.Local)
	s.ingest(c)
	s.wants("12:00:00 to 12:02:00")
	s.press("B")
	if s.m.vc.Range.IsSet() {
		t.Error("B did not drop the difference")
	}
}

// The mouse puts the cursor on the charts and drags a range.
func TestCursorByMouse(t *testing.T) {
	s := threeMoments(t, 120, 40)
	x := s.m.layout.overview.W/3 - 4
	y := s.m.layout.overview.Y + 2
	s.clickAt(x, y)
	s.wants("esc close")
	s.clickAt(x, y)
	s.send(tea.MouseMotionMsg{X: 9, Y: y, Button: tea.MouseLeft})
	s.send(tea.MouseReleaseMsg{X: 9, Y: y, Button: tea.MouseLeft})
	s.wants("12:00:00 to 12:02:00, 2m", "enter compare")
	s.press("enter")
	s.wants("Values are the difference of 12:00:00 to 12:02:00.")
}

func TestCursorWithoutValues(t *testing.T) {
	s := newScreen(t, files{}, 80, 24)
	s.press("x")
	s.wants("The charts have no values yet.")
}

// Enter on an event moves the charts' cursor to it.
func TestEventsLeadToTheCharts(t *testing.T) {
	s := threeMoments(t, 120, 40)
	s.press("b", "Events", "enter")
	s.wants("mark: baseline", "esc close")
	s.press("enter") // on the same row again
	s.wants("mark: baseline")
}

// In a replay, enter jumps to the moment under the cursor.
func TestCursorMovesAReplay(t *testing.T) {
	s := replayScreen(t, 120, 40, "typ_heap_060.pb.gz", "typ_heap_150.pb.gz", "typ_heap_300.pb.gz")
	s.press("x", "home")
	s.wants("enter go there")
	before := s.m.vc.State.Replay.At
	s.press("enter")
	for i := 0; i < 20 && !s.m.vc.State.Replay.At.Before(before); i++ {
		s.showLatest()
	}
	if !s.m.vc.State.Replay.At.Before(before) {
		t.Errorf("the replay is still at %v", s.m.vc.State.Replay.At)
	}
}

// A moment marked in a replay is compared with the moment to which the replay then moves,
// whether that is later or earlier.
func TestReplayComparesMoments(t *testing.T) {
	s := replayScreen(t, 120, 40, "typ_heap_060.pb.gz", "typ_heap_150.pb.gz", "typ_heap_300.pb.gz")
	end := s.m.vc.State.Replay.To
	at := func(so func(time.Time) bool) {
		t.Helper()
		s.waitUntil(func(st session.State) bool { return so(st.Replay.At) && st.Replay.Loaded == 1 })
	}
	s.press("x", "home", "enter")
	at(end.After)
	first := s.m.vc.State.Replay.At
	span := first.Local().Format(time.TimeOnly) + " to " + end.Local().Format(time.TimeOnly)
	s.press("x", "m")
	s.wants("Marked " + first.Local().Format(time.TimeOnly))
	s.press("esc")
	session.SeekTo(s.m.session.Player(), end)
	at(end.Equal)
	s.press("x")
	s.wants(span, "enter compare")
	s.press("enter")
	s.wants("Values are the difference of " + span)
	want, _ := s.m.session.State().History.Between(first, end)
	if want == nil || !s.m.vc.Range.From.Equal(first) || !s.m.vc.Range.To.Equal(end) {
		t.Fatalf("the range is %v", s.m.vc.Range)
	}
	s.press("B", "x", "m", "home", "esc") // the end is marked
	session.SeekTo(s.m.session.Player(), first)
	at(first.Equal)
	s.press("x")
	s.wants(span, "enter goes there and compares")
	s.press("enter")
	for st := range s.m.session.Updates() { // the command of the screen also waits for other states
		s.m.vc.SetState(st)
		if st.Replay.At.Equal(end) && st.Replay.Loaded == 1 {
			break
		}
	}
	s.do(s.m.actions.moments.compareArrived())
	s.wants("Values are the difference of " + span)
}

// The first enter marks a moment and the second one compares another moment with it. The
// row below the charts is not opened.
func TestEnterMarksAndCompares(t *testing.T) {
	s := threeMoments(t, 80, 24)
	s.press("Functions", "x", "home")
	s.wants("enter mark")
	s.press("enter")
	if len(s.m.nav.path) != 0 {
		t.Fatalf("enter opened %s", s.m.currentPage().Title())
	}
	s.press("end")
	s.wants("enter compare")
	s.press("enter")
	s.wants("Values are the difference of 12:00:00 to 12:02:00.")
}

// Two moments with no profile between them are not taken for moments of two processes.
func TestMomentsWithTheSameProfile(t *testing.T) {
	s := threeMoments(t, 80, 24)
	at := s.m.vc.State.History
	first := time.Date(2026, 3, 1, 12, 0, 2, 0, time.Local)
	if !at.IsUnchangedBetween(first, first.Add(20*time.Second)) || at.IsUnchangedBetween(first, first.Add(time.Minute)) || at.IsUnchangedBetween(first.Add(-time.Hour), first.Add(-time.Minute)) {
		t.Error("two moments are taken for others")
	}
	s.do(s.m.actions.moments.compareMoments(first, first.Add(20*time.Second)))
	s.wants("No profile is kept from between these moments")
	s.do(s.m.actions.moments.compareMoments(first.Add(-time.Hour), first))
	s.wants("no process was observed at both")
}
