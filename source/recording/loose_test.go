package recording

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

func TestLooseFilesTellKindAndTime(t *testing.T) {
	folder := t.TempDir()
	heap := readOwnProfile(t, "heap", 0)
	writeFile(t, filepath.Join(folder, "b", "heap.pb.gz"), heap)
	writeFile(t, filepath.Join(folder, "plain.pb"), gunzip(t, heap))
	legacy := writeFile(t, filepath.Join(folder, "legacy.txt"), readOwnProfile(t, "heap", 1))
	writeFile(t, filepath.Join(folder, "goroutine.prof"), readOwnProfile(t, "goroutine", 0))
	writeFile(t, filepath.Join(folder, "NOTES.md"), []byte("# what happened"))
	if err := os.Chtimes(legacy, at(5), at(5)); err != nil {
		t.Fatal(err)
	}
	r := openRecording(t, folder)
	kinds := map[profile.Kind]int{}
	for _, it := range r.Items {
		kinds[it.Capture.Kind]++
	}
	if kinds[profile.Heap] != 3 || kinds[profile.Goroutine] != 1 || len(r.Warnings) > 0 {
		t.Errorf("got kinds %v, warnings %q", kinds, r.Warnings)
	}
	for i, it := range r.Items {
		if i > 0 && time.Since(it.Time) > time.Hour && !it.Time.Equal(at(5)) {
			t.Errorf("item %d: got time %v, want its profile's own time", i, it.Time)
		}
	}
	if r.Target != "recording.test" {
		t.Errorf("got program %q", r.Target)
	}
}

func gunzip(t *testing.T, data []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestProgramsAreSeparated(t *testing.T) {
	folder := t.TempDir()
	other, err := os.ReadFile("../../profile/testdata/typ_heap_060.pb.gz")
	if err != nil {
		t.Fatal(err)
	}
	one := writeFile(t, filepath.Join(folder, "one.pb.gz"), readOwnProfile(t, "heap", 0))
	two := writeFile(t, filepath.Join(folder, "two.pb.gz"), readOwnProfile(t, "goroutine", 0))
	three := writeFile(t, filepath.Join(folder, "other.pb.gz"), other)
	r := openRecording(t, one, three, two)
	if len(r.Items) != 2 || len(r.Warnings) != 1 {
		t.Fatalf("got %d items, warnings %q", len(r.Items), r.Warnings)
	}
	if w := r.Warnings[0]; !strings.Contains(w, "recording.test") || !strings.Contains(w, "other.pb.gz") {
		t.Errorf("got warning %q, want it to say what is shown and what is ignored", w)
	}
}
