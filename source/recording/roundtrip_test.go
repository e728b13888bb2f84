package recording

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

func sampleMessages(t *testing.T) []any {
	return []any{
		profile.Facts{Name: "shop/checkout :6060", GoVersion: "go1.27.1", Cmdline: "checkout --password=hunter2", Limit: 1 << 30},
		Status{Time: at(1), Goroutines: 12, Cost: 0.003, Endpoints: []Endpoint{{Kind: profile.Heap, Error: "404"}, {Kind: profile.Goroutine}}},
		profile.Capture{Kind: profile.Heap, Time: at(2), Data: readOwnProfile(t, "heap", 0)},
		profile.Capture{Kind: profile.Goroutine, Time: at(2), Data: readOwnProfile(t, "goroutine", 0)},
		memory.Reading{Time: at(3), Source: "/metrics", HeapAlloc: 4, NumGC: 7},
		sampleHistory(),
		profile.Event{Time: at(4), Kind: profile.EventRestart, Text: "restarted, OOMKilled"},
		profile.Capture{Kind: profile.Heap, Time: at(5), Data: readOwnProfile(t, "heap", 0), GC: true},
		profile.Capture{Kind: profile.CPU, Time: at(6), Data: []byte{0x1f, 0x8b, 0}, Seconds: 10},
		profile.Capture{Kind: profile.Goroutine, Time: at(7), Data: readOwnProfile(t, "goroutine", 2), Debug: 2},
		profile.Capture{Kind: "orders/open ..", Time: at(8), Data: readOwnProfile(t, "threadcreate", 0)},
		profile.Capture{Kind: profile.Trace, Time: at(9), Data: []byte("go 1.26 trace\x00"), Seconds: 3},
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	want := sampleMessages(t)
	r := openRecording(t, writeRecording(t, Options{Target: "shop/checkout", Version: "v1"}, want...))
	checkMessages(t, r, want)
	if r.Meta != (Meta{schema, "shop/checkout", "v1", t0}) {
		t.Errorf("got metadata %+v", r.Meta)
	}
}

// checkMessages compares what was read with the messages that were written.
func checkMessages(t *testing.T, r *Recording, want []any) {
	t.Helper()
	if len(r.Warnings) > 0 {
		t.Errorf("warnings: %q", r.Warnings)
	}
	var got []any
	for i := range r.Items {
		it := &r.Items[i]
		if it.Message != nil {
			got = append(got, it.Message)
			continue
		}
		c, err := r.Load(it)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, c)
	}
	facts := want[0].(profile.Facts)
	facts.Cmdline = "" // never recorded
	want = append([]any{facts}, want[1:]...)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read messages differ from those written (-want +got):\n%s", diff)
	}
}

func TestUnpackedRecordingIsRead(t *testing.T) {
	want := sampleMessages(t)
	path := writeRecording(t, Options{}, want...)
	folder := t.TempDir()
	names := unpackTar(t, path, folder)
	checkMessages(t, openRecording(t, folder), want)
	if names[0] != "README.txt" || names[1] != "meta.json" {
		t.Errorf("got first entries %q", names[:2])
	}
}

// unpackTar does what tar does, and checks names and modes that other tools would see.
func unpackTar(t *testing.T, path, folder string) (names []string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for tr := tar.NewReader(f); ; {
		h, err := tr.Next()
		if err == io.EOF {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(tr)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte("hunter2")) {
			t.Errorf("%s contains the command line, which may have secrets", h.Name)
		}
		if !filepath.IsLocal(h.Name) || strings.Count(h.Name, "/") > 1 || h.Mode != 0o600 {
			t.Errorf("entry %q has mode %o", h.Name, h.Mode)
		}
		names = append(names, h.Name)
		writeFile(t, filepath.Join(folder, h.Name), data)
	}
}

func TestFileIsTheOwnersAndNeverOverwritten(t *testing.T) {
	path := writeRecording(t, Options{Target: "first"}, sampleMessages(t)...)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600", info.Mode())
	}
	if _, err := Create(path, Options{}); err == nil || !strings.Contains(err.Error(), "already exists") {
		t.Errorf("create it again: got %v, want an error that it exists", err)
	}
	w, err := Create(path, Options{Target: "second", Overwrite: true, Started: t0})
	if err != nil {
		t.Fatal(err)
	}
	if r := openRecording(t, path); r.Target != "first" {
		t.Errorf("before the first profile: got the recording of %q, want the old one", r.Target)
	}
	for _, m := range []any{memory.Reading{Time: at(1), Sys: 1}, profile.Capture{Kind: profile.Heap, Time: at(2), Data: readOwnProfile(t, "heap", 0)}, memory.Reading{Time: at(3), Sys: 2}} {
		if err := w.Append(m); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if r := openRecording(t, path); r.Target != "second" || len(r.Items) != 3 {
		t.Errorf("after overwriting: got target %q with %d items", r.Target, len(r.Items))
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("after overwriting: got mode %v, %v", info.Mode(), err)
	}
}

// TestNothingIsLostToARecordingWithoutProfiles checks that a recording which gets no profile does not overwrite the old
// one.
func TestNothingIsLostToARecordingWithoutProfiles(t *testing.T) {
	path := writeRecording(t, Options{Target: "first"}, sampleMessages(t)...)
	w, err := Create(path, Options{Target: "second", Overwrite: true, Started: t0})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Append(memory.Reading{Time: at(1), Sys: 1}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if r := openRecording(t, path); r.Target != "first" || len(r.Items) == 0 {
		t.Errorf("got the recording of %q with %d items, want the old one", r.Target, len(r.Items))
	}
	if all, err := os.ReadDir(filepath.Dir(path)); err != nil || len(all) != 1 {
		t.Errorf("got files %v: %v", all, err)
	}
}

func TestNoSecretAndNoMessageOfAnotherType(t *testing.T) {
	w, err := Create(filepath.Join(t.TempDir(), "x.tar"), Options{Started: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Append("something"); err == nil {
		t.Error("a string was recorded")
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}
