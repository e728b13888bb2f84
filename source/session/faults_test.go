package session

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source/problem"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/recording"
)

// writeRecording writes messages into a recording and returns its path.
func writeRecording(t *testing.T, messages ...any) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "made.tar")
	w, err := recording.Create(path, recording.Options{Target: "shop", Started: at(0)})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		if err := w.Append(m); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// stateByPath returns the last state of a recording as watched live, replayed, and in leaktop check.
func stateByPath(t *testing.T, path string) map[string]State {
	t.Helper()
	return map[string]State{"live": ingestRecording(t, path), "replay": replayRecording(t, path), "check": judgeRecording(t, path)}
}

func hasCode(st State, code profile.Code, kind profile.Kind) bool {
	return slices.ContainsFunc(st.Report.Diagnostics, func(d profile.Diagnostic) bool { return d.Code == code && d.Kind == kind })
}

// TestDamagedKindIsUndecided checks that a service whose goroutine profiles are all damaged is not called steady, live,
// in a replay or in check, and that its diagnostic does not say that there are none.
func TestDamagedKindIsUndecided(t *testing.T) {
	quiet := readCaptures(t, "warm-up")
	var messages []any
	for _, c := range quiet {
		if c.Kind == profile.Goroutine {
			c.Data = c.Data[:len(c.Data)/2]
		}
		messages = append(messages, c)
	}
	for way, st := range stateByPath(t, writeRecording(t, messages...)) {
		if st.Report.Verdict != leak.Undecided {
			t.Errorf("%s: got verdict %q, want undecided", way, st.Report.Verdict)
		}
		if !hasCode(st, profile.CodeNothingReadable, profile.Goroutine) {
			t.Errorf("%s: no diagnostic says that none could be read: %v", way, st.Report.Diagnostics)
		}
		if hasCode(st, profile.CodeRecording, profile.Goroutine) {
			t.Errorf("%s: a diagnostic says that there are none among the files: %v", way, st.Report.Diagnostics)
		}
	}
}

// TestKindNotServedIsUndecided checks that a target without the goroutine endpoint is not called steady when watched
// live.
func TestKindNotServedIsUndecided(t *testing.T) {
	missing := &problem.Problem{Cause: problem.CauseMissing, Subject: "get goroutine", Why: "404"}
	s := New(silentSource{})
	for _, c := range readCaptures(t, "warm-up") {
		if c.Kind == profile.Heap {
			s.Ingest(source.Capture{Capture: c})
			s.Ingest(source.Status{Time: c.Time, Endpoints: []source.Endpoint{
				{Kind: source.Index}, {Kind: profile.Heap}, {Kind: profile.Goroutine, Err: missing, Disabled: true},
			}})
		}
	}
	st := s.State()
	if st.Report.Verdict != leak.Undecided || !hasCode(st, profile.CodeNotServed, profile.Goroutine) {
		t.Errorf("got verdict %q with %v, want undecided because goroutines are not served", st.Report.Verdict, st.Report.Diagnostics)
	}
}

// TestMemoryIsTheNewest checks that the memory in use is that of the newest reading, and the live heap that of the
// newest profile, live, in a replay and in check.
func TestMemoryIsTheNewest(t *testing.T) {
	data, err := os.ReadFile("../../profile/testdata/typ_heap_300.pb.gz")
	if err != nil {
		t.Fatal(err)
	}
	var messages []any
	for i := range 5 {
		now := at(10 * i)
		messages = append(messages, profile.Capture{Kind: profile.Heap, Time: now, Data: data},
			memory.Reading{Time: now.Add(time.Second), Source: "expvar", Sys: uint64(i+1) << 30, HeapAlloc: 600 << 20})
	}
	for way, st := range stateByPath(t, writeRecording(t, messages...)) {
		if got := st.Report.Memory.Charged; got != 5<<30 {
			t.Errorf("%s: got %d bytes used, want %d", way, got, int64(5<<30))
		}
		tab, ok := st.History.Rows(profile.Selection{Kind: profile.Heap, Type: "inuse_space"})
		if !ok {
			t.Fatal("got no table")
		}
		live := lastSegment(st.Heap)
		if got, chart := st.Report.Memory.HeapLive, live[len(live)-1].V; got != tab.Total || float64(got) != chart {
			t.Errorf("%s: got a live heap of %d in the report, %d in the table and %v in the chart", way, got, tab.Total, chart)
		}
	}
}

// TestRestartForgetsTheMemory checks that the memory of the previous process is not attributed to the current one.
func TestRestartForgetsTheMemory(t *testing.T) {
	heap := readCaptures(t, "warm-up")[0]
	path := writeRecording(t, heap,
		memory.Reading{Time: heap.Time.Add(time.Second), Source: "expvar", Sys: 900 << 20, HeapAlloc: 1 << 20},
		profile.Event{Time: heap.Time.Add(2 * time.Second), Kind: profile.EventRestart, Text: "restarted, OOMKilled"})
	for way, st := range stateByPath(t, path) {
		if st.Report.Memory != (leak.Memory{}) || len(st.Memory) > 0 {
			t.Errorf("%s: after the restart: got memory %+v from %d readings", way, st.Report.Memory, len(st.Memory))
		}
		if len(st.Sys) != 1 || len(st.Heap) != 1 {
			t.Errorf("%s: got charts of %d and %d processes, want the one before the restart", way, len(st.Sys), len(st.Heap))
		}
		for name, line := range map[string]profile.Line{"memory": st.Sys, "live heap": st.Heap} {
			if v, ok := st.Newest(line); ok {
				t.Errorf("%s: the %s of the previous process, %v, is attributed to the current one", way, name, v)
			}
		}
	}
}
