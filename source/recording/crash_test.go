package recording

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

func TestKilledWriterLeavesAReadableFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "killed.tar")
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(exe)
	child.Env = append(os.Environ(), childVariable+"="+path)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	waitForSize(t, path, 20<<20)
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed
	r := openRecording(t, path)
	whole := 0
	for i := range r.Items {
		if r.Items[i].Message != nil {
			continue
		}
		c, err := r.Load(&r.Items[i])
		if err != nil || len(c.Data) != 500_000 {
			t.Fatalf("profile %d: got %d bytes: %v", i, len(c.Data), err)
		}
		whole++
	}
	if info, err := os.Stat(path); err != nil || int64(whole) < info.Size()/600_000 {
		t.Errorf("got %d readable profiles: %v", whole, err)
	}
}

func waitForSize(t *testing.T, path string, size int64) {
	t.Helper()
	eventually.Holds(t, "the child records", func() bool {
		info, err := os.Stat(path)
		return err == nil && info.Size() >= size
	})
}

func TestFileCutAnywhereIsReadUpToTheLastWholeEntry(t *testing.T) {
	data, err := os.ReadFile(writeRecording(t, Options{}, sampleMessages(t)...))
	if err != nil {
		t.Fatal(err)
	}
	last := 0
	for _, cut := range cutLengths(len(data)) {
		r, err := Open(t.Context(), []string{writeFile(t, filepath.Join(t.TempDir(), "cut.tar"), data[:cut])}, nil)
		if err != nil {
			if last > 1 {
				t.Fatalf("cut at %d: %v", cut, err)
			}
			continue
		}
		if len(r.Items) < last {
			t.Errorf("cut at %d: got %d items, fewer than when cut earlier", cut, len(r.Items))
		}
		last = len(r.Items)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if last != len(sampleMessages(t)) {
		t.Errorf("without the end of the archive: got %d items of %d", last, len(sampleMessages(t)))
	}
}

// cutLengths returns the lengths at which a file of size bytes is cut: at regular intervals, and near the end, where only the
// two empty blocks that end a tar are missing.
func cutLengths(size int) []int {
	const end = 1024
	var at []int
	for cut := 3000; cut < size-end; cut += 2003 {
		at = append(at, cut)
	}
	return append(at, size-end)
}

// fullDisk is a file on a disk with limited room.
type fullDisk struct {
	*os.File
	room int64
}

var errDiskFull = errors.New("no space left on device")

func (d *fullDisk) WriteAt(b []byte, at int64) (int, error) {
	if n := d.room - at; n < int64(len(b)) {
		n, _ := d.File.WriteAt(b[:max(n, 0)], at)
		return n, errDiskFull
	}
	return d.File.WriteAt(b, at)
}

func TestFullDiskLosesNothingWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "full.tar")
	w, err := Create(path, Options{Started: t0})
	if err != nil {
		t.Fatal(err)
	}
	full := &fullDisk{w.file.(*os.File), 20_000}
	w.file = full
	heap := profile.Capture{Kind: profile.Heap, Data: slices.Repeat([]byte{0x1f, 0x8b}, 2500)}
	var failed int
	for i := range 8 {
		heap.Time = at(i)
		if i == 6 {
			full.room = 1 << 30 // someone freed space
		}
		if err := w.Append(heap); errors.Is(err, errDiskFull) {
			failed++
			info, err := os.Stat(path)
			if err != nil || info.Size() != w.Size() {
				t.Errorf("after the failure: got a file of %d bytes, of which %d are complete: %v", info.Size(), w.Size(), err)
			}
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Append(memory.Reading{Time: at(9), Sys: 1}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := openRecording(t, path)
	if want := 8 - failed + 1; failed == 0 || len(r.Items) != want || len(r.Warnings) > 0 {
		t.Errorf("got %d items after %d failures, want %d; warnings %q", len(r.Items), failed, want, r.Warnings)
	}
}
