package ui

import (
	"bytes"
	"context"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/recording"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/source/target"
)

// replayScreen opens files from package profile's testdata as a target and waits until they are read.
func replayScreen(t *testing.T, w, h int, names ...string) *screen {
	t.Helper()
	var paths []string
	for _, n := range names {
		paths = append(paths, filepath.Join("..", "profile", "testdata", n))
	}
	return replayOf(t, w, h, paths...)
}

func replayOf(t *testing.T, w, h int, paths ...string) *screen {
	t.Helper()
	parsed := target.Target{Scheme: target.SchemeFile, Name: strings.Join(paths, " "), Paths: paths}
	src, err := source.Open(t.Context(), parsed, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	wt := session.New(src)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- wt.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	})
	s := onScreen(t, wt, colorprofile.NoTTY)
	s.send(tea.WindowSizeMsg{Width: w, Height: h})
	s.waitUntil(func(st session.State) bool { return st.Replay != nil && st.Replay.Loaded == 1 })
	return s
}

// waitUntil shows states until one satisfies a condition.
func (s *screen) waitUntil(so func(session.State) bool) {
	s.t.Helper()
	for st := range s.m.session.Updates() {
		s.applyState(st)
		s.do(s.m.currentPage().Refresh(true))
		if so(st) {
			return
		}
	}
	s.t.Fatal("the replay ended")
}

func TestReplayKeys(t *testing.T) {
	s := replayScreen(t, 100, 30, "typ_heap_060.pb.gz", "typ_heap_150.pb.gz", "typ_heap_300.pb.gz")
	from, to := s.m.vc.State.Replay.From, s.m.vc.State.Replay.To
	for _, c := range []struct {
		key string
		so  func(*session.Replay) bool
	}{
		{",", func(r *session.Replay) bool { return r.At.Before(to) && r.At.After(from) }},
		{",", func(r *session.Replay) bool { return r.At.Equal(from) }},
		{".", func(r *session.Replay) bool { return r.At.After(from) }},
		{">", func(r *session.Replay) bool { return r.Speed == 60 }},
		{"<", func(r *session.Replay) bool { return r.Speed == 30 }},
		{"space", func(r *session.Replay) bool { return r.Playing }},
		{"space", func(r *session.Replay) bool { return !r.Playing }},
	} {
		s.press(c.key)
		s.waitUntil(func(st session.State) bool { return c.so(st.Replay) })
		if s.m.vc.Paused {
			t.Fatalf("%q paused the table", c.key)
		}
	}
	s.press("]")
	s.waitUntil(func(st session.State) bool { return st.Replay.Jumps == 1 })
	if !strings.Contains(s.m.status.text, "No further event") {
		t.Errorf("without an event to jump to: got message %q", s.m.status.text)
	}
	for _, k := range []string{"C", "T", "P", "D", "r"} {
		s.press(k)
		if !strings.Contains(s.m.status.text, "recording") {
			t.Errorf("%s on a recording: got message %q", k, s.m.status.text)
		}
	}
}

// A profile that was fetched once is not available for every moment: moving on leaves it, and a message says so.
func TestReplayLeavesWhatWasAskedForOnce(t *testing.T) {
	s := replayScreen(t, 120, 24, "typ_heap_060.pb.gz", "typ_heap_150.pb.gz", "typ_heap_300.pb.gz")
	c := readCapture(t, "small_heap_060.pb.gz")
	c.Kind = profile.Allocs
	s.addFetched(c)
	s.press("Functions")
	s.do(s.m.actions.values.chooseKind(profile.Allocs))
	s.wants("allocs alloc_space")
	to := s.m.vc.State.Replay.To
	s.press(",")
	s.waitUntil(func(st session.State) bool { return st.Replay.At.Before(to) && st.Replay.Loaded == 1 })
	s.wants("Allocations: requested once", "p opens it again")
	if s.m.vc.Kind != profile.Heap || s.m.vc.Sample != "inuse_space" {
		t.Errorf("got values of %s %s", s.m.vc.Kind, s.m.vc.Sample)
	}
}

// Showing a recorded dump stops no service, so there is no question.
func TestReplayedDumpIsNotAskedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dumped.tar")
	at := time.Now()
	w, err := recording.Create(path, recording.Options{Target: "shop", Started: at})
	if err != nil {
		t.Fatal(err)
	}
	var dumped bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&dumped, 2); err != nil {
		t.Fatal(err)
	}
	for _, c := range []profile.Capture{goroutinesNow(t, at), {Kind: profile.Goroutine, Time: at, Debug: 2, Data: dumped.Bytes()}} {
		if err := w.Append(c); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	s := replayOf(t, 80, 24, path)
	s.m.vc.State.Goroutines = profile.Line{{{V: 100_000}}}
	_, cmd := s.m.Update(tea.KeyPressMsg{Text: "D", Code: 'D'})
	s.wants("Dumping 100,000 goroutines", "from the recording")
	s.do(cmd)
	s.wants("goroutines at")
}

// A recording given as a file is named after that file, not after the recorded target.
func TestReplayNamesItsFile(t *testing.T) {
	path := filepath.Join("..", "testdata", "corpus", "stuck-send.tar")
	s := watchFirstState(t, openTarget(t, path), 120, 30)
	s.press("r")
	if name := s.m.session.Source.Name(); strings.Contains(name, "stuck-send.tar") {
		t.Fatalf("the target has the same name %q as the file", name)
	}
	s.wants("This is already a recording:", "stuck-send.tar.")
}

func TestReplayShowsWhereItIs(t *testing.T) {
	for _, w := range []int{80, 100, 200} {
		s := replayScreen(t, w, 24, "typ_heap_060.pb.gz", "typ_heap_150.pb.gz", "typ_heap_300.pb.gz")
		head, _, _ := strings.Cut(s.text(), "\n")
		want := s.m.vc.State.Replay.To.Local().Format("15:04:05")
		if !strings.Contains(head, want+" of "+want) || !strings.Contains(head, "━●") || strings.Contains(head, "live") {
			t.Errorf("at %d columns: got header %q", w, head)
		}
	}
}

func TestTwoProfilesOpenAsAComparison(t *testing.T) {
	s := replayScreen(t, 120, 40, "typ_heap_060.pb.gz", "typ_heap_150.pb.gz")
	if !s.m.vc.Baseline || s.m.currentPage().Title() != "Functions" {
		t.Errorf("got baseline %v on page %s", s.m.vc.Baseline, s.m.currentPage().Title())
	}
	if text := s.text(); !strings.Contains(text, "since baseline") {
		t.Errorf("the screen does not say that it shows a comparison:\n%s", text)
	}
	s.press("B")
	if s.m.vc.Baseline {
		t.Error("B does not drop the comparison")
	}
}
