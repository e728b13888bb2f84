package session

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/recording"
	"github.com/leaktop/leaktop/source/target"
)

// startWatch runs a watch and returns a function that ends it.
func startWatch(t testing.TB, w *Session) func() {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// nextState returns the next state that satisfies a condition.
func nextState(w *Session, so func(State) bool) State {
	for st := range w.Updates() {
		if so(st) {
			return st
		}
	}
	return State{}
}

func fileTarget(names ...string) target.Target {
	t := target.Target{Scheme: target.SchemeFile, Name: "files"}
	for _, n := range names {
		t.Paths = append(t.Paths, filepath.Join("..", "..", "profile", "testdata", n))
	}
	return t
}

func openReplay(t *testing.T, parsed target.Target) *Session {
	t.Helper()
	src, err := source.Open(t.Context(), parsed, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	})
	w := New(src)
	t.Cleanup(startWatch(t, w))
	return w
}

var course = []string{"typ_heap_001.pb.gz", "typ_heap_005.pb.gz", "typ_heap_020.pb.gz", "typ_heap_060.pb.gz", "typ_heap_150.pb.gz", "typ_heap_300.pb.gz"}

// recordCourse records six polls of a service, with a reading after each and a restart after the third.
func recordCourse(t *testing.T) target.Target {
	t.Helper()
	path := filepath.Join(t.TempDir(), "course.tar")
	w, err := recording.Create(path, recording.Options{Target: "shop", Started: at(0)})
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range course {
		data, err := os.ReadFile("../../profile/testdata/" + n)
		if err != nil {
			t.Fatal(err)
		}
		ms := []any{profile.Capture{Kind: profile.Heap, Time: at(10 * i), Data: data}, memory.Reading{Time: at(10*i + 1), Sys: uint64(i + 1)}}
		if i == 2 {
			ms = append(ms, profile.Event{Time: at(25), Kind: profile.EventRestart, Text: "restarted, OOMKilled"})
		}
		for _, m := range ms {
			if err := w.Append(m); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return target.Target{Scheme: target.SchemeFile, Name: "course.tar", Paths: []string{path}}
}

// isWhole returns a condition: the moment is shown, and all of it has been read.
func isWhole(seconds int) func(State) bool {
	return func(st State) bool {
		return st.Replay != nil && st.Replay.At.Equal(at(seconds)) && st.Replay.Loaded == 1
	}
}

// pollsByProcess returns the number of heap profiles that a state holds for each process.
func pollsByProcess(st State) (out []int) {
	for _, segment := range st.Heap {
		out = append(out, len(segment))
	}
	return out
}

func TestReplayShowsEachMomentAsItWas(t *testing.T) {
	w := openReplay(t, recordCourse(t))
	p := w.Player()
	for _, c := range []struct {
		name     string
		do       func()
		at       int
		polls    []int
		restarts int
		event    string
	}{
		{"it opens at the end", func() {}, 51, []int{3, 3}, 1, ""},
		{"one back", func() { p.Step(-1) }, 40, []int{3, 2}, 1, ""},
		{"a moment", func() { p.Seek(at(21)) }, 21, []int{3}, 0, ""},
		{"one on", func() { p.Step(1) }, 30, []int{3, 1}, 1, ""},
		{"the event before", func() { p.Jump(-1) }, 25, []int{3}, 1, "restarted, OOMKilled"},
		{"no event before", func() { p.Jump(-1) }, 25, []int{3}, 1, ""},
		{"far on", func() { p.Step(100) }, 50, []int{3, 3}, 1, ""},
		{"far back", func() { p.Step(-100) }, 0, []int{1}, 0, ""},
	} {
		c.do()
		st := nextState(w, isWhole(c.at))
		event := ""
		if st.Replay.Event != nil {
			event = st.Replay.Event.Text
		}
		if diff := cmp.Diff(c.polls, pollsByProcess(st)); diff != "" || st.Restarts != c.restarts || event != c.event {
			t.Errorf("%s: got %d restarts, event %q; polls (-want +got):\n%s", c.name, st.Restarts, event, diff)
		}
		if n := len(st.Memory); c.at == 21 && n != 3 || st.History == nil || len(st.Replay.Marks) != 1 {
			t.Errorf("%s: got %d readings, history %p, marks %v", c.name, n, st.History, st.Replay.Marks)
		}
	}
}

func TestReplayEqualsALiveWatch(t *testing.T) {
	live := New(nil)
	for i, n := range course {
		live.Ingest(source.Capture{Capture: profile.Capture{Kind: profile.Heap, Time: at(10 * i), Data: readHeap(t, n)}})
		live.Ingest(source.Reading{Reading: memory.Reading{Time: at(10*i + 1), Sys: uint64(i + 1)}})
		if i == 2 {
			live.Ingest(source.Event{Event: profile.Event{Time: at(25), Kind: profile.EventRestart, Text: "restarted, OOMKilled"}})
		}
	}
	want := <-live.Updates()
	w := openReplay(t, recordCourse(t))
	nextState(w, isWhole(51))
	w.Player().Seek(at(5))
	nextState(w, isWhole(5))
	w.Player().Seek(at(51))
	got := nextState(w, isWhole(51))
	if diff := cmp.Diff(want.Heap, got.Heap); diff != "" {
		t.Errorf("live heap (-live +replay):\n%s", diff)
	}
	if diff := cmp.Diff(want.Events, got.Events); diff != "" {
		t.Errorf("events (-live +replay):\n%s", diff)
	}
	if want.Report.Verdict != got.Report.Verdict || want.Report.Caveat != got.Report.Caveat || len(want.Groups) != len(got.Groups) {
		t.Errorf("verdict: live %s, %q; replay %s, %q", want.Report.Verdict, want.Report.Caveat, got.Report.Verdict, got.Report.Caveat)
	}
	if want.Before.Verdict != got.Before.Verdict || !want.Start.Equal(got.Start) {
		t.Errorf("verdict before the restart: live %q, replay %q; start %v and %v", want.Before.Verdict, got.Before.Verdict, want.Start, got.Start)
	}
}

func TestReplayPlays(t *testing.T) {
	w := openReplay(t, recordCourse(t))
	p := w.Player()
	nextState(w, isWhole(51))
	p.ChangeSpeed(4) // 600x: one minute takes a tenth of a second
	p.Toggle()       // at the end, so it plays from the beginning
	began := nextState(w, func(st State) bool { return st.Replay.Playing })
	if !began.Replay.At.Before(at(51)) || began.Replay.Speed != 600 {
		t.Errorf("the replay plays from %v at speed %v", began.Replay.At, began.Replay.Speed)
	}
	st := nextState(w, func(st State) bool { return !st.Replay.Playing && isWhole(51)(st) })
	if diff := cmp.Diff([]int{3, 3}, pollsByProcess(st)); diff != "" {
		t.Errorf("at the end (-want +got):\n%s", diff)
	}
	p.Seek(at(5))
	nextState(w, isWhole(5))
	p.ChangeSpeed(-100)
	p.Toggle()
	nextState(w, func(st State) bool { return st.Replay.Playing && st.Replay.Speed == 1 })
	p.Toggle()
	if st := nextState(w, func(st State) bool { return !st.Replay.Playing }); st.Replay.At.After(at(10)) {
		t.Errorf("paused at %v, want about the position where playing began", st.Replay.At.Sub(at(0)))
	}
}

func TestTwoProfilesAreComparedAtOnce(t *testing.T) {
	w := openReplay(t, fileTarget("typ_heap_060.pb.gz", "typ_heap_150.pb.gz"))
	st := nextState(w, func(st State) bool { return st.Replay != nil && st.Replay.Loaded == 1 })
	if !st.Replay.Pair || st.History.Baseline().IsZero() {
		t.Fatalf("the first profile is not the baseline: got %+v", st.Replay)
	}
	tab, ok := st.History.Rows(profile.Selection{Kind: profile.Heap, Baseline: true})
	plain, _ := st.History.Rows(profile.Selection{Kind: profile.Heap})
	if !ok || tab.Total >= plain.Total || tab.Baseline.IsZero() {
		t.Errorf("got a difference of %d, of %d", tab.Total, plain.Total)
	}
}

func TestBaselineStaysWhereItWas(t *testing.T) {
	w := openReplay(t, fileTarget(course...))
	st := nextState(w, func(st State) bool { return st.Replay != nil && st.Replay.Loaded == 1 })
	begin, end := st.Replay.From, st.Replay.To
	w.Player().Step(-2)
	st = nextState(w, func(st State) bool { return st.Replay.At.Before(end) && st.Replay.Loaded == 1 })
	base := st.Replay.At
	if !w.SetBaseline(base) {
		t.Fatal("got no profile")
	}
	w.Player().Seek(end)
	st = nextState(w, func(st State) bool { return st.Replay.At.Equal(end) && st.Replay.Loaded == 1 })
	if !st.History.Baseline().Equal(base) {
		t.Errorf("later: got the baseline of %v, want %v", st.History.Baseline(), base)
	}
	w.Player().Seek(begin.Add(time.Second))
	st = nextState(w, func(st State) bool { return st.Replay.At.Before(base) && st.Replay.Loaded == 1 })
	if !st.History.Baseline().IsZero() {
		t.Error("there is a baseline at a time before it was set")
	}
}

func TestCapturesOfAReplay(t *testing.T) {
	w := openReplay(t, recordCourse(t))
	nextState(w, isWhole(51))
	got, err := w.Captures()
	if err != nil || len(got) != 1 {
		t.Fatalf("got %d kinds: %v", len(got), err)
	}
	if !got[0].First.Time.Equal(at(30)) || !got[0].Newest.Time.Equal(at(50)) || len(got[0].Newest.Data) == 0 {
		t.Errorf("got captures from %v to %v", got[0].First.Time, got[0].Newest.Time)
	}
}

// TestReplayBeforeTheFirstProfile checks that a moment before the first profiles, or with one of several, does not say
// that the recording has no others.
func TestReplayBeforeTheFirstProfile(t *testing.T) {
	w := openReplay(t, recordEventFirst(t))
	nextState(w, isWhole(50))
	SeekTo(w.Player(), at(-30))
	for _, d := range nextState(w, isWhole(-30)).Diagnostics {
		if d.Kind == profile.Heap {
			t.Errorf("before the first profile: %s", d)
		}
	}
	SeekTo(w.Player(), at(0))
	for _, d := range nextState(w, isWhole(0)).Diagnostics {
		if d.Kind == profile.Heap {
			t.Errorf("at the first profile: %s", d)
		}
	}
}

// recordEventFirst records a mark, and two heap profiles half a minute after it.
func recordEventFirst(t *testing.T) target.Target {
	t.Helper()
	path := filepath.Join(t.TempDir(), "marked.tar")
	w, err := recording.Create(path, recording.Options{Target: "shop", Started: at(-30)})
	if err != nil {
		t.Fatal(err)
	}
	ms := []any{profile.Event{Time: at(-30), Kind: profile.EventMark, Text: "baseline"}}
	for i, n := range []string{course[0], course[2]} {
		data, err := os.ReadFile("../../profile/testdata/" + n)
		if err != nil {
			t.Fatal(err)
		}
		ms = append(ms, profile.Capture{Kind: profile.Heap, Time: at(50 * i), Data: data})
	}
	for _, m := range ms {
		if err := w.Append(m); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return target.Target{Scheme: target.SchemeFile, Name: "marked.tar", Paths: []string{path}}
}
