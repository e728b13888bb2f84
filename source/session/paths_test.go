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
)

// said is what a state says, without pointers: what must not depend on how the data
// came.
type said struct {
	Verdict, Caveat string
	Suspects        []string
	Alikes          []string
	Memory          string
	Diagnostics     []string
	Restarts, Polls int
	Events          []string
	Now             []string // the newest value of each line of the charts
	From, To        time.Time
}

func sayings(st State) said {
	r := st.Report
	s := said{
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
		// What is read at once is judged now and then, so that a verdict has another
		// moment, and collections of a minute fall apart at it.
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

// ingested is the last state of a recording of which each message comes as it came
// live.
func ingested(t *testing.T, path string) State {
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

// silentSource is a live target that says nothing by itself.
type silentSource struct{ source.Source }

func openRecording(t *testing.T, path string, o source.Options) *source.Recorded {
	t.Helper()
	target, err := source.ParseTarget(path)
	if err != nil {
		t.Fatal(err)
	}
	src, err := source.Open(t.Context(), target, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	})
	return src.(*source.Recorded)
}

// replayed is a recording at its end in the replay.
func replayed(t *testing.T, path string) State {
	t.Helper()
	s := New(openRecording(t, path, source.Options{}))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	st := next(s, func(st State) bool { return st.Replay != nil && st.Replay.Loaded == 1 })
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return st
}

// TestSameAnswerWhicheverWay: what is known of a recording is the same as it was live,
// in the replay and in leaktop check.
func TestSameAnswerWhicheverWay(t *testing.T) {
	recordings, err := filepath.Glob("../../testdata/*/*.tar")
	if err != nil || len(recordings) < 10 {
		t.Fatalf("%d recordings: %v", len(recordings), err)
	}
	for _, path := range recordings {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			live := sayings(ingested(t, path))
			if diff := cmp.Diff(live, sayings(replayed(t, path))); diff != "" {
				t.Errorf("the replay says something else (-live +replay):\n%s", diff)
			}
			if diff := cmp.Diff(live, sayings(judgeRecording(t, path))); diff != "" {
				t.Errorf("check says something else (-live +check):\n%s", diff)
			}
		})
	}
}
