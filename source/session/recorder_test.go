package session

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/recording"
)

func readHeap(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../../profile/testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func at(seconds int) time.Time { return time.Unix(1_800_000_000+int64(seconds), 0).UTC() }

// silentTarget is a source that sends nothing: tests ingest messages themselves.
type silentTarget struct{ source.Source }

func (silentTarget) Name() string { return "shop" }

func (silentTarget) Fetch(_ context.Context, q source.Query) (profile.Capture, error) {
	return profile.Capture{Kind: q.Kind, Time: at(50), Data: []byte{0x1f, 0x8b}, Seconds: q.Seconds}, nil
}

func TestRecordingHoldsWhatIsKnownAndWhatComes(t *testing.T) {
	w := New(silentTarget{})
	w.Ingest(source.Facts{Facts: profile.Facts{GoVersion: "go1.27"}})
	first := profile.Capture{Kind: profile.Heap, Time: at(0), Data: readHeap(t, "typ_heap_020.pb.gz")}
	second := profile.Capture{Kind: profile.Heap, Time: at(40), Data: readHeap(t, "typ_heap_060.pb.gz")}
	third := profile.Capture{Kind: profile.Heap, Time: at(130), Data: readHeap(t, "typ_heap_150.pb.gz")}
	w.Ingest(source.Capture{Capture: first})
	w.Ingest(source.Capture{Capture: second})
	path := filepath.Join(t.TempDir(), "shop.tar")
	if err := w.Record(path, recording.Options{Target: "shop", Started: at(45)}); err != nil {
		t.Fatal(err)
	}
	if err := w.Record(path, recording.Options{}); err == nil {
		t.Error("a second recording started during the first")
	}
	w.Ingest(source.Reading{Reading: memory.Reading{Time: at(46), Sys: 3}})
	if _, err := w.Fetch(t.Context(), source.Query{Kind: profile.CPU, Seconds: 10}); err != nil {
		t.Fatal(err)
	}
	same := []source.Endpoint{{Kind: profile.Heap}}
	for i := range 5 {
		w.Ingest(source.Status{Time: at(60 + i), Cost: float64(i), Endpoints: same})
	}
	w.Ingest(source.Capture{Capture: third})
	if st := <-w.Updates(); st.Recording == nil || st.Recording.Path != path {
		t.Errorf("got recording state %+v", st.Recording)
	}
	st, err := w.StopRecording()
	if err != nil || st.Profiles != 3 || st.Dropped != 0 {
		t.Errorf("got %+v: %v", st, err)
	}
	w.Ingest(source.Reading{Reading: memory.Reading{Time: at(200), Sys: 4}}) // after the recording's end
	rec, err := recording.Open(t.Context(), []string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, it := range rec.Items {
		switch m := it.Message.(type) {
		case nil:
			got = append(got, string(it.Capture.Kind)+it.Time.Format(" 04:05"))
		case profile.Facts:
			got = append(got, "facts "+m.GoVersion)
		case memory.Reading:
			got = append(got, "reading"+it.Time.Format(" 04:05"))
		case recording.Status:
			got = append(got, "status"+it.Time.Format(" 04:05"))
		}
	}
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	want := []string{"heap 00:40", "facts go1.27", "reading 00:46", "profile 00:50", "status 01:00", "heap 02:10"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("recorded (-want +got):\n%s", diff)
	}
}

func TestCapturesAreOfThePresentProcess(t *testing.T) {
	w := New(silentTarget{})
	names := []string{"typ_heap_020.pb.gz", "typ_heap_060.pb.gz", "typ_heap_150.pb.gz"}
	for i, n := range names {
		if i == 1 {
			w.Ingest(source.Event{Event: profile.Event{Time: at(39), Kind: profile.EventRestart, Text: "restarted"}})
		}
		w.Ingest(source.Capture{Capture: profile.Capture{Kind: profile.Heap, Time: at(40 * i), Data: readHeap(t, n)}})
	}
	got, err := w.Captures()
	if err != nil || len(got) != 1 {
		t.Fatalf("got %d kinds: %v", len(got), err)
	}
	if !got[0].First.Time.Equal(at(40)) || !got[0].Newest.Time.Equal(at(80)) || len(got[0].First.Data) == 0 {
		t.Errorf("got captures from %v to %v, want the two since the restart", got[0].First.Time, got[0].Newest.Time)
	}
}

func TestRecordingThatCannotBeMadeOrFails(t *testing.T) {
	w := New(silentTarget{})
	if err := w.Record(filepath.Join(t.TempDir(), "nowhere", "x.tar"), recording.Options{}); err == nil {
		t.Error("a file was created in a folder that does not exist")
	}
	path := filepath.Join(t.TempDir(), "small.tar")
	if err := w.Record(path, recording.Options{Target: "shop", Started: at(0), MaxSize: recording.MinMaxSize}); err != nil {
		t.Fatal(err)
	}
	w.Ingest(source.Capture{Capture: profile.Capture{Kind: profile.Heap, Time: at(1), Data: make([]byte, 2<<20)}})
	st := <-w.Updates()
	for st.Recording == nil || st.Recording.Err == nil {
		st = <-w.Updates()
	}
	if !strings.Contains(st.Recording.Err.Error(), "--max-size") || st.Recording.Dropped != 1 {
		t.Errorf("got state %+v, want the reason", st.Recording)
	}
	if _, err := w.StopRecording(); err == nil {
		t.Error("the loss was not reported at the end")
	}
}

func TestSlowDiskHoldsNothingUp(t *testing.T) {
	r := &recorder{queue: make(chan any, 2)}
	for i := range 5 {
		r.enqueue(source.Reading{Reading: memory.Reading{Time: at(i), Sys: 1}})
	}
	r.enqueue(source.Capture{Capture: profile.Capture{Kind: profile.Heap, Data: make([]byte, maxWaitingBytes+1)}})
	if st := r.currentState(); st.Dropped != 4 || st.Err == nil {
		t.Errorf("got state %+v, want four dropped", st)
	}
}

// A recording has one reading per hour of the days before, and the newest at its end.
func TestRecordingHasAFewReadingsOfThePast(t *testing.T) {
	w := New(silentTarget{})
	path := filepath.Join(t.TempDir(), "shop.tar")
	if err := w.Record(path, recording.Options{Target: "shop", Started: at(0)}); err != nil {
		t.Fatal(err)
	}
	w.Ingest(source.Capture{Capture: profile.Capture{Kind: profile.Heap, Time: at(1), Data: readHeap(t, "typ_heap_020.pb.gz")}})
	for minutes := 0; minutes <= 150; minutes += 15 {
		to := at(60 * minutes)
		w.Ingest(source.Past{Data: &longterm.Data{
			Store: "prom", From: at(-86400), To: to, Step: 15 * time.Minute,
			Lines: map[longterm.Metric][]profile.Value{longterm.Resident: {{Time: to, V: 1}}},
		}})
	}
	w.Ingest(source.Past{Data: &longterm.Data{Store: "prom", To: at(9000), Step: time.Minute}}) // that failed
	if _, err := w.StopRecording(); err != nil {
		t.Fatal(err)
	}
	rec, err := recording.Open(t.Context(), []string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []time.Duration
	for _, it := range rec.Items {
		if d, ok := it.Message.(longterm.Data); ok {
			got = append(got, d.To.Sub(at(0)))
		}
	}
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]time.Duration{0, time.Hour, 2 * time.Hour, 150 * time.Minute}, got); diff != "" {
		t.Error(diff)
	}
}
