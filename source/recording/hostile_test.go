package recording

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/decode"
)

// writeTar writes a tar with the given headers and contents, and returns its path.
func writeTar(t *testing.T, headers []tar.Header, data []byte) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		body := data
		if h.Typeflag != tar.TypeReg {
			body = nil
		}
		h.Size, h.Mode = int64(len(body)), 0o644
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(body); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return writeFile(t, filepath.Join(t.TempDir(), "hostile.tar"), b.Bytes())
}

func TestHostileNamesLeadNowhere(t *testing.T) {
	const good = "heap/000001-20261124T105424.123Z.pb.gz"
	folder := t.TempDir()
	t.Chdir(folder)
	r := openRecording(t, writeTar(t, []tar.Header{
		{Name: good, Typeflag: tar.TypeReg},
		{Name: "../../heap/000002-20261124T105424.123Z.pb.gz", Typeflag: tar.TypeReg},
		{Name: "/etc/heap/000003-20261124T105424.123Z.pb.gz", Typeflag: tar.TypeReg},
		{Name: "..%2f/000004-20261124T105424.123Z.pb.gz", Typeflag: tar.TypeReg},
		{Name: "heap/000005-20261124T105424.123Z.pb.gz", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"},
		{Name: "heap/\x1b[31m-20261124T105424.123Z.pb.gz", Typeflag: tar.TypeReg},
		{Name: "events/000006-20261124T105424.123Z.jsonl", Typeflag: tar.TypeReg},
	}, readOwnProfile(t, "heap", 0)))
	for i := range r.Items {
		if _, err := r.Load(&r.Items[i]); err != nil {
			t.Error(err)
		}
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) > 0 {
		t.Errorf("reading a recording wrote %v: %v", left, err)
	}
	if len(r.Warnings) == 0 {
		t.Error("a profile in events/ was read as events without a warning")
	}
}

func TestGzipBombIsRefused(t *testing.T) {
	path := writeFile(t, filepath.Join(t.TempDir(), "bomb.pb.gz"), makeBomb(t, 80))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Open(t.Context(), []string{path}, nil)
	runtime.ReadMemStats(&after)
	if err == nil || !strings.Contains(err.Error(), "32 MB") {
		t.Errorf("gzip bomb: got %v, want an error with the limit", err)
	}
	if grew := after.TotalAlloc - before.TotalAlloc; grew > 512<<20 {
		t.Errorf("refusing it took %d MiB", grew>>20)
	}
}

// makeBomb returns a gzip file that unpacks to mib MiB of zeros. A gzip file may have several members (RFC 1952, 2.2).
func makeBomb(t *testing.T, mib int) []byte {
	t.Helper()
	return bytes.Repeat(gzipTar(t, make([]byte, 1<<20)), mib)
}

// manyBombs is a number of files that each unpack to the limit of one file and hide it: the size recorded in a file is
// that of its last member, which is small.
const manyBombs = 400

func hiddenBomb(t *testing.T) []byte {
	return append(gzipTar(t, make([]byte, decode.MaxSize+1)), gzipTar(t, []byte{1})...)
}

// TestManyBombsAreRefusedTogether checks that the total cost of bombs is bounded, in whichever form they are given, and
// that one error says so.
func TestManyBombsAreRefusedTogether(t *testing.T) {
	data := hiddenBomb(t)
	var headers []tar.Header
	folder := t.TempDir()
	for i := range manyBombs {
		name := fmt.Sprintf("heap%03d.pb.gz", i)
		headers = append(headers, tar.Header{Name: name, Typeflag: tar.TypeReg})
		writeFile(t, filepath.Join(folder, name), data)
	}
	loose := writeTar(t, headers, data)
	whole, err := os.ReadFile(loose)
	if err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{
		"a tar":        loose,
		"a packed tar": writeFile(t, filepath.Join(t.TempDir(), "bombs.tar.gz"), gzipTar(t, whole)),
		"a folder":     folder,
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Open(t.Context(), []string{path}, nil)
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), "are ignored") || len(err.Error()) > 600 {
			t.Errorf("%s of bombs: got %v, want an error that most are ignored", name, err)
		}
		if grew := after.TotalAlloc - before.TotalAlloc; grew > 128<<20 {
			t.Errorf("%s of bombs took %d MB", name, grew>>20)
		}
	}
}

// TestEntriesThatAreBombsAreRefusedTogether checks that the profiles of a recording, which are read on demand, count
// against the history's budget.
func TestEntriesThatAreBombsAreRefusedTogether(t *testing.T) {
	data := hiddenBomb(t)
	var headers []tar.Header
	for i := range manyBombs {
		headers = append(headers, tar.Header{Name: fmt.Sprintf("heap/%06d-20261124T105424.123Z.pb.gz", i), Typeflag: tar.TypeReg})
	}
	r := openRecording(t, writeTar(t, headers, data))
	h := profile.NewHistoryBuilder()
	refused := 0
	for i := range r.Items {
		c, err := r.Load(&r.Items[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Add(c); errors.Is(err, decode.ErrBudget) {
			refused++
		} else if !errors.Is(err, decode.ErrTooLarge) {
			t.Fatalf("bomb: got %v", err)
		}
	}
	if refused < manyBombs*9/10 {
		t.Errorf("got %d of %d bombs refused by the budget", refused, manyBombs)
	}
}

func TestEntriesAreBounded(t *testing.T) {
	l := loader{rec: &Recording{Items: make([]Item, maxItems-10, maxItems)}}
	for range 20 {
		l.addItem(Item{Time: t0})
	}
	if len(l.rec.Items) != maxItems || len(l.rec.Warnings) != 1 {
		t.Errorf("got %d items, warnings %q", len(l.rec.Items), l.rec.Warnings)
	}
}

func TestSizesThatLie(t *testing.T) {
	data, err := os.ReadFile(writeTar(t, []tar.Header{{Name: "heap/000001-20261124T105424.123Z.pb.gz", Typeflag: tar.TypeReg}}, readOwnProfile(t, "heap", 0)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: "heap/000002-20261124T105425.123Z.pb.gz", Size: 1 << 40}); err != nil {
		t.Fatal(err)
	}
	data = append(data[:len(data)-endBlocks], b.Bytes()...)
	r := openRecording(t, writeFile(t, filepath.Join(t.TempDir(), "lie.tar"), data))
	if len(r.Items) != 1 || len(r.Warnings) != 1 {
		t.Errorf("got %d items, warnings %q; want the item before the false size", len(r.Items), r.Warnings)
	}
}

func TestWhatIsNoProfileIsRefusedInASentence(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"notes.txt": "buy milk", "empty.pb.gz": "", "page.pb.gz": "<html>", "broken.tar": strings.Repeat("x", 257) + "ustar" + strings.Repeat("y", 900),
	} {
		path := writeFile(t, filepath.Join(folder, name), []byte(text))
		_, err := Open(t.Context(), []string{path}, nil)
		if err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want one sentence with its name", name, err)
		}
	}
	if _, err := Open(t.Context(), []string{t.TempDir()}, nil); err == nil || !strings.Contains(err.Error(), "no profile") {
		t.Errorf("empty folder: got %v", err)
	}
	if runtime.GOOS != "windows" {
		if _, err := Open(t.Context(), []string{"/dev/zero"}, nil); err == nil || !strings.Contains(err.Error(), "regular") {
			t.Errorf("device: got %v", err)
		}
	}
}

// FuzzOpen opens a file with any content and reads its profiles.
func FuzzOpen(f *testing.F) {
	heap, err := os.ReadFile("../../profile/testdata/small_heap_060.pb.gz")
	if err != nil {
		f.Fatal(err)
	}
	var whole, loose bytes.Buffer
	for _, into := range []struct {
		b     *bytes.Buffer
		names []string
	}{
		{&whole, []string{"meta.json", "heap/000001-20261124T105424.123Z.pb.gz", "heap/000002-20261124T105426.123Z.pb.gz", "events/000003-20261124T105424.123Z.jsonl", "facts/000004-20261124T105424.123Z.jsonl"}},
		{&loose, []string{"before.pb.gz", "after.pb.gz", "recording.tar"}},
	} {
		w := tar.NewWriter(into.b)
		for _, name := range into.names {
			data := heap
			if strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".jsonl") {
				data = []byte(`{"schema":1,"target":"x","time":"2026-11-24T10:54:24Z","kind":"note","text":"y","name":"z"}`)
			}
			if name == "recording.tar" {
				data = whole.Bytes()
			}
			if err := errors.Join(w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(data))}), writeTo(w, data)); err != nil {
				f.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			f.Fatal(err)
		}
	}
	for _, data := range [][]byte{heap, whole.Bytes(), loose.Bytes(), []byte("heap/000001-20261124T105424.123Z.pb.gz")} {
		f.Add(data, false)
		f.Add(data, true) // as a .tar.gz
	}
	f.Fuzz(func(t *testing.T, data []byte, pack bool) {
		if pack {
			data = gzipTar(t, data)
		}
		r, err := Open(t.Context(), []string{writeFile(t, filepath.Join(t.TempDir(), "f.tar"), data)}, nil)
		if err != nil {
			return
		}
		h := profile.NewHistoryBuilder()
		for i := range r.Items {
			if c, err := r.Load(&r.Items[i]); err == nil && r.Items[i].Message == nil {
				_, _ = h.Add(c) // must not panic
			}
		}
		for _, k := range profile.Kinds {
			h.History().Groups(k.Kind)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
}

func writeTo(w io.Writer, data []byte) error {
	_, err := w.Write(data)
	return err
}

func TestNamesAreReadBack(t *testing.T) {
	n := entryName{folder: "heap", number: 12, time: t0.Add(123 * time.Millisecond), gc: true, seconds: 10, ending: ".pb.gz"}
	if got, ok := parseName(n.String()); !ok || got != n {
		t.Errorf("%s was read as %+v", n, got)
	}
}

// TestImpossibleTimesAreIgnored checks that times whose differences would overflow are ignored.
func TestImpossibleTimesAreIgnored(t *testing.T) {
	const good = "heap/000001-20261124T105424.123Z.pb.gz"
	for _, name := range []string{
		"heap/000002-99991231T235959.999Z.pb.gz", "heap/000002-00010101T000000.000Z.pb.gz",
		"goroutine/000002-16770101T000000.000Z.pb.gz", "events/000002-99991231T235959.999Z.jsonl",
	} {
		r := openRecording(t, writeTar(t, []tar.Header{{Name: good, Typeflag: tar.TypeReg}, {Name: name, Typeflag: tar.TypeReg}}, readOwnProfile(t, "heap", 0)))
		for _, it := range r.Items {
			if !profile.IsPlausible(it.Time) {
				t.Errorf("%s was accepted with time %v", name, it.Time)
			}
		}
		if len(r.Items) != 1 || len(r.Warnings) == 0 {
			t.Errorf("%s: got %d entries, warnings %q", name, len(r.Items), r.Warnings)
		}
	}
	for _, text := range []string{`{"time":"9999-01-01T00:00:00Z","kind":"note","text":"x"}`, `{"time":"0001-06-01T00:00:00Z","kind":"restart"}`} {
		r := openRecording(t, writeTar(t, []tar.Header{{Name: good, Typeflag: tar.TypeReg}}, readOwnProfile(t, "heap", 0)))
		l := loader{rec: r}
		m, err := decoders[folderEvents]([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		before := len(r.Items)
		l.addItem(Item{Time: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC), Message: m})
		if len(r.Items) != before {
			t.Errorf("%s was accepted", text)
		}
	}
}
