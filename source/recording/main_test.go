package recording

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime/pprof"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// childVariable makes this test binary record until it is killed.
const childVariable = "LEAKTOP_TEST_RECORD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childVariable); path != "" {
		recordForever(path)
	}
	os.Exit(m.Run())
}

var t0 = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

func recordForever(path string) {
	w, err := Create(path, Options{Target: "child", Started: t0})
	if err != nil {
		panic(err)
	}
	data := bytes.Repeat([]byte{0x1f, 0x8b, 1, 2, 3}, 100_000)
	for i := 0; ; i++ {
		if err := w.Append(profile.Capture{Kind: profile.Heap, Time: at(i), Data: data}); err != nil {
			panic(err)
		}
		if err := w.Append(memory.Reading{Time: at(i), Source: "/metrics", Sys: uint64(i)}); err != nil {
			panic(err)
		}
	}
}

func at(seconds int) time.Time { return t0.Add(time.Duration(seconds) * time.Second) }

// readOwnProfile returns a profile of this process.
func readOwnProfile(t *testing.T, name string, debug int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := pprof.Lookup(name).WriteTo(&b, debug); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func writeFile(t *testing.T, path string, data []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func openRecording(t *testing.T, paths ...string) *Recording {
	t.Helper()
	r, err := Open(t.Context(), paths, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// writeRecording writes messages into a new file and returns its path.
func writeRecording(t *testing.T, o Options, messages ...any) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "watch.tar")
	if o.Started.IsZero() {
		o.Started = t0
	}
	w, err := Create(path, o)
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
