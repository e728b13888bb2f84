package source

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source/recording"
	"github.com/leaktop/leaktop/source/target"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func secondsAfterNoon(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }

func heapFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../profile/testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// openMessages opens a recording of messages.
func openMessages(t *testing.T, o Options, messages ...Message) *Recorded {
	t.Helper()
	path := filepath.Join(t.TempDir(), "checkout.tar")
	w, err := recording.Create(path, recording.Options{Target: "shop/checkout", Started: noon})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		entry, ok := Recordable(m)
		if !ok {
			t.Fatalf("%T is not recordable", m)
		}
		if err := w.Append(entry); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return openRecorded(t, o, path)
}

func openRecorded(t *testing.T, o Options, paths ...string) *Recorded {
	t.Helper()
	parsed, err := target.ParseAll(paths)
	if err != nil {
		t.Fatal(err)
	}
	src, err := Open(t.Context(), parsed, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	})
	return src.(*Recorded)
}

func TestRecordingAtOnceSendsWhatWasRecorded(t *testing.T) {
	failed := errors.New("get heap from shop: 404")
	messages := []Message{
		Facts{profile.Facts{GoVersion: "go1.27.1"}},
		Capture{profile.Capture{Kind: profile.Heap, Time: secondsAfterNoon(1), Data: heapFile(t, "small_heap_060.pb.gz")}},
		Status{Time: secondsAfterNoon(2), Cost: 0.01, Goroutines: 40, Endpoints: []Endpoint{{Kind: profile.Heap, Err: failed}, {Kind: Index}}},
		Reading{memory.Reading{Time: secondsAfterNoon(3), Source: "/metrics", Sys: 9}},
		Capture{profile.Capture{Kind: profile.Goroutine, Time: secondsAfterNoon(4), Data: heapFile(t, "typ_goroutine_300.pb.gz")}},
		Event{profile.Event{Time: secondsAfterNoon(5), Kind: profile.EventRestart, Text: "restarted\x1b[31m, OOMKilled"}},
	}
	var got []Message
	r := openMessages(t, Options{FullSpeed: true, Limit: 5}, messages...)
	if err := r.Watch(t.Context(), func(m Message) { got = append(got, m) }); err != nil {
		t.Fatal(err)
	}
	st := got[3].(Status)
	if st.Speed != 1 || len(st.Endpoints) != 2 || st.Endpoints[0].Err.Error() != failed.Error() || st.Endpoints[1].Err != nil || st.Goroutines != 40 {
		t.Errorf("got status %+v", st)
	}
	messages[2], got[3] = nil, nil
	messages[5] = Event{profile.Event{Time: secondsAfterNoon(5), Kind: profile.EventRestart, Text: "restarted, OOMKilled"}}
	want := append([]Message{Facts{profile.Facts{Name: "shop/checkout", Limit: 5, LimitFrom: "--limit"}}}, messages...)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("messages differ from the recording (-want +got):\n%s", diff)
	}
}

func TestRecordingKeepsItsPace(t *testing.T) {
	r := openMessages(t, Options{},
		Reading{memory.Reading{Time: secondsAfterNoon(0), Sys: 1}},
		Capture{profile.Capture{Kind: profile.Heap, Time: secondsAfterNoon(1), Data: heapFile(t, "small_heap_060.pb.gz")}},
		Reading{memory.Reading{Time: secondsAfterNoon(61), Sys: 2}})
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var at []time.Duration
		if err := r.Watch(t.Context(), func(Message) { at = append(at, time.Since(began)) }); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]time.Duration{0, 0, time.Second, 61 * time.Second}, at); diff != "" {
			t.Errorf("times differ (-want +got):\n%s", diff)
		}
	})
}

func TestSparseKeepsWhatAHistoryKeeps(t *testing.T) {
	r := &Recorded{}
	const hour = 1800
	for i := range 2 * hour {
		if i == hour {
			r.steps = append(r.steps, Step{Time: secondsAfterNoon(2 * i), Event: profile.Event{Kind: profile.EventRestart}})
		}
		r.steps = append(r.steps, Step{Time: secondsAfterNoon(2 * i), Kind: profile.Heap}, Step{Time: secondsAfterNoon(2 * i)})
	}
	got := r.KeptSteps(len(r.steps) - 1)
	count := map[profile.Kind]int{}
	seen := map[int]bool{}
	for i, j := range got {
		count[r.steps[j].Kind]++
		seen[j] = true
		if i > 0 && got[i-1] >= j {
			t.Fatal("messages are not in order of time")
		}
	}
	if count[""] != 2*hour+1 {
		t.Errorf("got %d messages other than profiles, want all %d", count[""], 2*hour+1)
	}
	if n := count[profile.Heap]; n < 400 || n > 600 {
		t.Errorf("got %d of %d profiles, want twice what a history keeps of an hour", n, 2*hour)
	}
	if last := len(r.steps) - 2; !seen[last] || !seen[0] || !seen[2*hour-2] || !seen[2*hour+1] {
		t.Error("the first or last profile of a process is missing")
	}
}

func TestRecordingAnswersWhatWasAskedWhileItWasMade(t *testing.T) {
	cpu := profile.Capture{Kind: profile.CPU, Time: secondsAfterNoon(5), Data: []byte{0x1f, 0x8b}, Seconds: 10}
	stacks := profile.Capture{Kind: profile.Goroutine, Time: secondsAfterNoon(6), Data: []byte("goroutine 1 [running]:\n"), Debug: 2}
	r := openMessages(t, Options{},
		Capture{profile.Capture{Kind: profile.Heap, Time: secondsAfterNoon(1), Data: heapFile(t, "small_heap_060.pb.gz")}}, Capture{cpu}, Capture{stacks},
		Reading{memory.Reading{Time: secondsAfterNoon(9), Sys: 1}})
	for _, want := range []profile.Capture{cpu, stacks} {
		got, err := r.Fetch(t.Context(), Query{Kind: want.Kind, Debug: want.Debug})
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", want.Kind, err, diff)
		}
	}
	for _, q := range []Query{{Kind: profile.Trace}, {Kind: profile.Heap, GC: true}, {Kind: profile.GoroutineLeak}} {
		if _, err := r.Fetch(t.Context(), q); err == nil || !strings.Contains(err.Error(), "get it from the live service") {
			t.Errorf("%+v: got %v, want an error with advice", q, err)
		}
	}
	r.SetTime(secondsAfterNoon(4))
	if _, err := r.Fetch(t.Context(), Query{Kind: profile.CPU}); err == nil {
		t.Error("a profile that was fetched later is available already")
	}
	if diff := cmp.Diff([]profile.Kind{profile.Heap, profile.CPU}, r.Offers()); diff != "" {
		t.Errorf("offers (-want +got):\n%s", diff)
	}
}

func TestTwoFilesAreAPair(t *testing.T) {
	before := filepath.Join("..", "profile", "testdata", "typ_heap_060.pb.gz")
	after := filepath.Join("..", "profile", "testdata", "typ_heap_150.pb.gz")
	r := openRecorded(t, Options{}, after, before)
	if !r.IsPair() || len(r.Steps()) != 2 || !r.Steps()[0].Time.Before(r.Steps()[1].Time) {
		t.Errorf("got steps %+v, want a pair in the order of the profiles' own times", r.Steps())
	}
	if folder := openRecorded(t, Options{}, filepath.Join("..", "profile", "testdata")); folder.IsPair() {
		t.Error("a folder of many files is opened as a pair")
	}
}

func TestFileThatIsNoWatchIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.pb.gz")
	if err := os.WriteFile(path, []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), target.Target{Scheme: target.SchemeFile, Name: "x.pb.gz", Paths: []string{path}}, Options{})
	if err == nil || !strings.Contains(err.Error(), "x.pb.gz") {
		t.Errorf("open a file that is not a profile: got %v", err)
	}
}
