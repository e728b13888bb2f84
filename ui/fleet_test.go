package ui

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/source/sourcetest"
	"github.com/leaktop/leaktop/ui/tui"
)

// recordedFleet returns a fleet of five pods whose recordings have been read completely. The third one leaks and is
// the only one that runs v1.9.
func recordedFleet(t *testing.T, files ...string) *fleet.Fleet {
	t.Helper()
	f := fleet.Static{Title: "deploy/checkout in shop"}
	for i, file := range files {
		tg := sourcetest.Parse(t, "../testdata/check/"+file+".tar")
		x := fleet.Target{
			ID: fmt.Sprint(i), Name: fmt.Sprintf("shop/checkout-7d9f6-x%d app:6060", i),
			Open: func(ctx context.Context, o source.Options) (source.Source, error) { return source.Open(ctx, tg, o) },
		}
		x.Facts = profile.Facts{Pod: fmt.Sprintf("checkout-7d9f6-x%d", i), Version: "v1.8", Node: fmt.Sprintf("node-%d", i%2), Restarts: i % 2}
		if file == "leaking" {
			x.Facts.Version = "v1.9"
		}
		f.Targets = append(f.Targets, x)
	}
	out := fleet.New(f, fleet.Options{Source: source.Options{FullSpeed: true}, Recorded: true})
	if err := out.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return out
}

// replayedFleet is a fleet whose recordings are replayed, until the end of the test.
func replayedFleet(t *testing.T, files ...string) *fleet.Fleet {
	t.Helper()
	f := fleet.Static{Title: "two recordings"}
	for i, file := range files {
		tg := sourcetest.Parse(t, "../testdata/"+file+".tar")
		f.Targets = append(f.Targets, fleet.Target{
			ID: fmt.Sprint(i), Name: file,
			Open: func(ctx context.Context, o source.Options) (source.Source, error) { return source.Open(ctx, tg, o) },
		})
	}
	out := fleet.New(f, fleet.Options{Recorded: true})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- out.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return out
}

// awaitState shows states of the fleet until one satisfies a condition.
func (s *listScreen) awaitState(what string, so func(fleet.State, fleet.Replay) bool) {
	s.t.Helper()
	for st := range s.m.fleet.Updates() {
		s.m.setState(st)
		s.m.frame = ""
		s.do(s.m.refreshPage(true))
		if r, ok := st.Replay(); ok && so(st, r) {
			return
		}
	}
	s.t.Fatalf("%s: the fleet ended", what)
}

// The members of a recorded fleet are shown at one moment, whichever key moves them, and
// whatever the beginning and the end of each recording.
func TestFleetReplay(t *testing.T) {
	f := replayedFleet(t, "check/leaking", "check/steady", "corpus/stuck-send")
	s := &listScreen{t: t, m: newFleetModel(f, colorprofile.NoTTY, false).opener}
	s.send(tea.WindowSizeMsg{Width: 120, Height: 40})
	s.awaitState("all are read", func(st fleet.State, _ fleet.Replay) bool {
		for _, x := range st.Members {
			if x.State.Replay == nil || x.State.Replay.Loaded < 1 {
				return false
			}
		}
		return len(st.Members) == 3
	})
	at := func(st fleet.State) (out []time.Time) {
		for _, x := range st.Members {
			out = append(out, x.State.Replay.At)
		}
		return out
	}
	aligned := func(to func(fleet.Replay, time.Time) bool) func(fleet.State, fleet.Replay) bool {
		return func(st fleet.State, r fleet.Replay) bool {
			for _, x := range at(st) {
				if !to(r, x) {
					return false
				}
			}
			return !r.Playing
		}
	}
	first, _ := s.m.vc.Fleet.Replay()
	s.wants("the end", "replay", "space play", "[ ] events", first.To.Local().Format(time.TimeOnly)+" of")
	s.press(",")
	s.awaitState("a step back", aligned(func(r fleet.Replay, x time.Time) bool { return x.Equal(r.At) && x.Before(first.To) }))
	now, _ := s.m.vc.Fleet.Replay()
	s.press(".")
	s.awaitState("a step on", aligned(func(r fleet.Replay, x time.Time) bool { return x.Equal(r.At) && x.After(now.At) }))
	s.press("[")
	event, _ := s.m.vc.Fleet.Replay()
	s.awaitState("the previous event", aligned(func(r fleet.Replay, x time.Time) bool { return x.Equal(r.At) && x.Before(event.At) }))
	_, _ = s.m.Update(keyPress("enter")) // its commands wait for states
	if s.m.opened == nil {
		t.Fatalf("no member is open:\n%s", s.text())
	}
	s.press("esc")
	s.awaitState("the same moment", aligned(func(r fleet.Replay, x time.Time) bool { return x.Equal(r.At) }))
	s.press("<", "<", "space")
	s.awaitState("it plays", func(_ fleet.State, r fleet.Replay) bool { return r.Playing })
	s.press("space")
	s.awaitState("it is paused", aligned(func(r fleet.Replay, x time.Time) bool { return x.Equal(r.At) }))
}

func newFleetScreen(t *testing.T, f *fleet.Fleet, w, h int) *listScreen {
	t.Helper()
	s := &listScreen{t: t, m: newFleetModel(f, colorprofile.NoTTY, false).opener}
	s.send(tea.WindowSizeMsg{Width: w, Height: h})
	s.send(fleetMsg{f.State(), true})
	return s
}

func TestFleetScreens(t *testing.T) {
	f := recordedFleet(t, "steady", "steady", "leaking", "steady", "steady")
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		s := newFleetScreen(t, f, size[0], size[1])
		wantGolden(t, fmt.Sprintf("fleet-%dx%d.txt", size[0], size[1]), trimLines(s.text()))
		s.press("2")
		wantGolden(t, fmt.Sprintf("fleet-suspects-%dx%d.txt", size[0], size[1]), trimLines(s.text()))
	}
}

// Enter opens a member as if it were watched alone, esc goes back, and each view is left unchanged.
func TestFleetOpensMember(t *testing.T) {
	s := newFleetScreen(t, recordedFleet(t, "steady", "leaking", "steady"), 120, 40)
	s.wants("all", "LEAK  in 1 of 3: only x1", "› x1")
	s.press("+")
	window := s.m.vc.Window
	s.press("enter")
	if got := s.m.opened.vc.Window; got != window {
		t.Errorf("the member shows the last %v, its row the last %v", got, window)
	}
	s.wants("the member", "deploy/checkout in shop › ", "1 Growing")
	s.press("6")
	inside := s.text()
	s.press("esc")
	s.wants("back", "1 Fleet", "› x1")
	s.press("down", "enter")
	s.wants("another", "1 Growing", "steady")
	s.press("esc")
	s.wants("back", "1 Fleet")
	s.press("up", "enter")
	if now := s.text(); now != inside {
		t.Errorf("the member's view changed: got\n%s\nwant\n%s", now, inside)
	}
}

// A merged suspect opens the list of its members, and each of these opens its view.
func TestFleetSuspectLeadsDown(t *testing.T) {
	s := newFleetScreen(t, recordedFleet(t, "leaking", "leaking", "steady"), 120, 40)
	s.wants("both", "LEAK  in 2 of 3", "in x0 and x1", "in version v1.9, not in v1.8")
	s.press("2")
	s.wants("suspects", "2 of 3", "version v1.9")
	s.press("enter")
	s.wants("its members", "Suspects › ", "90% CI")
	s.press("enter")
	s.wants("a member", "1 Growing")
	s.press("esc")
	s.wants("its members again", "Suspects › ")
	s.press("esc", "esc")
	s.wants("the fleet", "1 Fleet", "VERDICT")
	s.press("C")
	s.wants("a key of one process", "This key works on one pod: enter opens it.")
	s.press("/", "x", "2", "enter")
	if text := s.text(); strings.Contains(text, "x0  ") || !strings.Contains(text, "x2") {
		t.Errorf("with the filter x2 the screen is\n%s", text)
	}
}

// The fleet can be exported in every format that a table can.
func TestFleetExports(t *testing.T) {
	for _, ext := range []string{".txt", ".md", ".csv", ".json", ".html", ".svg"} {
		s := newFleetScreen(t, recordedFleet(t, "steady", "leaking", "steady"), 120, 40)
		path := filepath.Join(t.TempDir(), "fleet"+ext)
		s.press("e")
		s.send(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl})
		s.send(tea.PasteMsg{Content: path})
		s.press("enter")
		data, err := os.ReadFile(path)
		if err != nil {
			t.Errorf("%s: %v\n%s", ext, err, s.text())
			continue
		}
		if ext != ".svg" && (!strings.Contains(string(data), "shop/checkout-7d9f6-x1 app:6060") || !strings.Contains(string(data), "LEAK")) {
			t.Errorf("%s does not name the member that leaks", ext)
		}
	}
}

// Days of data from a store are shown in full, with dates, until the user selects a smaller window.
func TestFleetOfDaysShowsAll(t *testing.T) {
	end := time.Date(2026, 11, 30, 10, 51, 0, 0, time.Local)
	st := fleet.State{Started: end.Add(-48 * time.Hour), Now: end, Ended: true}
	m := newFleetModel(fleet.New(fleet.Static{Title: "pay"}, fleet.Options{Recorded: true}), colorprofile.NoTTY, false)
	m.setState(st)
	if m.vc.Window != 0 {
		t.Errorf("it shows %v", m.vc.Window)
	}
	if got := strings.Join(m.watchStatus(), " "); !strings.Contains(got, "28 Nov 10:51 to 30 Nov 10:51") {
		t.Errorf("the status is %q", got)
	}
	m.vc.Window = tui.Windows[0]
	m.setState(st)
	if m.vc.Window == 0 {
		t.Error("the user's choice is lost")
	}
	live := newFleetModel(fleet.New(fleet.Static{Title: "pay"}, fleet.Options{}), colorprofile.NoTTY, false)
	live.setState(st)
	if live.vc.Window == 0 {
		t.Error("a live fleet shows all after some hours")
	}
}
