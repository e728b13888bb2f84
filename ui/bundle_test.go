package ui

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/recording"
)

func TestBundle(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	path := filepath.Join(t.TempDir(), "e.tar.gz")
	s.press("E")
	s.wants("Write the evidence", ".tar.gz")
	s.rename(path)
	s.press("enter")
	s.wants("Wrote")
	got := unpackBundle(t, path)
	for _, want := range []string{"README.txt", "report.md", "report.html", "profiles/heap-first.pb.gz", "profiles/heap-last.pb.gz", "profiles/goroutine-last.pb.gz"} {
		if got[want] == "" {
			t.Errorf("the bundle lacks %s", want)
		}
	}
	for _, want := range []string{"What grows", "Memory", "Events", "Evidence of files"} {
		if !strings.Contains(got["report.md"], want) {
			t.Errorf("the report lacks %q:\n%s", want, got["report.md"])
		}
	}
	if !strings.Contains(got["README.txt"], "go tool pprof -diff_base") {
		t.Errorf("README.txt:\n%s", got["README.txt"])
	}
	for _, kind := range []string{"first", "last"} {
		if _, err := profile.NewHistoryBuilder().ParseCapture(profile.Capture{Kind: profile.Heap, Data: []byte(got["profiles/heap-"+kind+".pb.gz"])}); err != nil {
			t.Errorf("the %s profile: %v", kind, err)
		}
	}
}

// A bundle of a replay contains the recording that is replayed, and leaktop opens that recording.
func TestBundleOfAReplay(t *testing.T) {
	dir := t.TempDir()
	from := filepath.Join(dir, "night.tar")
	rec, err := recording.Create(from, recording.Options{Target: "shop", Started: time.Unix(1_800_000_000, 0)})
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"typ_heap_060.pb.gz", "typ_heap_150.pb.gz", "typ_heap_300.pb.gz"} {
		data, err := os.ReadFile(filepath.Join("..", "profile", "testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := rec.Append(profile.Capture{Kind: profile.Heap, Time: time.Unix(1_800_000_000+60*int64(i), 0), Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	s := replayOf(t, 100, 30, from)
	path := filepath.Join(dir, "e.tar.gz")
	s.press("E")
	s.rename(path)
	s.press("enter")
	s.wants("Wrote")
	want, err := os.ReadFile(from)
	if got := unpackBundle(t, path); err != nil || got["recording.tar"] != string(want) || !strings.Contains(got["README.txt"], "leaktop recording.tar") {
		t.Errorf("recording.tar: got %d bytes, want %d: %v\n%s", len(got["recording.tar"]), len(want), err, got["README.txt"])
	}
	again := replayOf(t, 100, 30, path)
	if from, to := s.m.vc.State.Replay, again.m.vc.State.Replay; !from.From.Equal(to.From) || !from.To.Equal(to.To) || again.m.targetName() != "shop" {
		t.Errorf("the bundle opens as %q, got %v to %v, want %v to %v", again.m.targetName(), to.From, to.To, from.From, from.To)
	}
}

// unpackBundle reads the files of a bundle, which are all in one folder.
func unpackBundle(t *testing.T, path string) map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil || h.Mode != 0o600 {
			t.Errorf("%s: mode %o, %v", h.Name, h.Mode, err)
		}
		_, name, _ := strings.Cut(h.Name, "/")
		out[name] = string(data)
	}
}
