package session

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/sourcetest"
)

// stateSummary is what a state reports, without pointers: everything that must not depend on how the data was ingested.
type stateSummary struct {
	Verdict, Caveat string
	Suspects        []string
	Alikes          []string
	Memory          string
	Diagnostics     []string
	Restarts, Polls int
	Events          []string
	Now             []string // the newest value of each line in the charts
	From, To        time.Time
}

func summarizeState(st State) stateSummary {
	r := st.Report
	s := stateSummary{
		Verdict: string(r.Verdict), Caveat: fmt.Sprint(r.Caveat), Memory: fmt.Sprintf("%+v", r.Memory), Restarts: st.Restarts, Polls: st.Polls,
		From: st.First, To: st.Now,
	}
	for _, x := range r.Suspects {
		s.Suspects = append(s.Suspects, fmt.Sprintf("%s %s %s:%d %v %v %v-%v share %v for %v %s %s %q %q", x.Kind, x.Function, x.File, x.Line, x.Confidence,
			x.GrowthPerHour, x.Low, x.High, x.Share, x.SinceSeconds, x.Signature, x.Sentence, x.Evidence, x.Disproof))
	}
	for _, w := range r.LookAlikes {
		s.Alikes = append(s.Alikes, fmt.Sprint(w))
	}
	for _, d := range append(r.Diagnostics, st.Diagnostics...) {
		s.Diagnostics = append(s.Diagnostics, fmt.Sprintf("%s %v %s %s", d.Code, d.Severity, d.Kind, d))
	}
	for _, e := range st.Events {
		// Data that is read at once is judged at other moments, so verdicts have other times, and the events of a
		// minute's collections are split differently.
		if e.Kind != profile.EventVerdict && e.Kind != profile.EventGC {
			s.Events = append(s.Events, fmt.Sprint(e))
		}
	}
	for _, seg := range lastSegment(st.Heap) {
		s.Now = append(s.Now, fmt.Sprint("heap ", seg))
	}
	for _, seg := range lastSegment(st.RSS) {
		s.Now = append(s.Now, fmt.Sprint("rss ", seg))
	}
	return s
}

// ingestRecording returns the last state of a recording whose messages are ingested one by one, as when watched live.
func ingestRecording(t *testing.T, path string) State {
	t.Helper()
	rec := openRecording(t, path, source.Options{})
	s := New(silentSource{})
	for _, m := range rec.InitialMessages() {
		s.Ingest(m)
	}
	for _, step := range rec.Steps() {
		m, err := rec.ReadStep(step)
		if err != nil {
			m = source.Unreadable(step.Kind, err)
		}
		s.Ingest(m)
	}
	return s.State()
}

// silentSource is a live target that sends no messages.
type silentSource struct{ source.Source }

func openRecording(t *testing.T, path string, o source.Options) *source.Recorded {
	t.Helper()
	src := sourcetest.Open(t, path, o)
	return src.(*source.Recorded)
}

// replayRecording returns the state of a recording at the end of its replay.
func replayRecording(t *testing.T, path string) State {
	t.Helper()
	s := New(openRecording(t, path, source.Options{}))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	st := nextState(s, func(st State) bool { return st.Replay != nil && st.Replay.Loaded == 1 })
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return st
}

// TestSameAnswerWhicheverWay checks that a recording gives the same answer watched live, in a replay and in leaktop
// check.
func TestSameAnswerWhicheverWay(t *testing.T) {
	recordings, err := filepath.Glob("../../testdata/*/*.tar")
	if err != nil || len(recordings) < 10 {
		t.Fatalf("got %d recordings: %v", len(recordings), err)
	}
	for _, path := range recordings {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			live := summarizeState(ingestRecording(t, path))
			if diff := cmp.Diff(live, summarizeState(replayRecording(t, path))); diff != "" {
				t.Errorf("the replay differs (-live +replay):\n%s", diff)
			}
			if diff := cmp.Diff(live, summarizeState(judgeRecording(t, path))); diff != "" {
				t.Errorf("check differs (-live +check):\n%s", diff)
			}
		})
	}
}
