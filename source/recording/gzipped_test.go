package recording

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// packed makes a .tar.gz of a tar.
func packed(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// unpackedIn counts what is unpacked, so that a test can check it.
func unpackedIn(t *testing.T) (left func() []os.DirEntry) {
	t.Helper()
	dir := t.TempDir()
	for _, v := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(v, dir)
	}
	return func() []os.DirEntry {
		all, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestPackedRecordingOpens(t *testing.T) {
	left := unpackedIn(t)
	plain := record(t, Options{Target: "shop"}, messages(t)...)
	want := open(t, plain)
	path := write(t, filepath.Join(t.TempDir(), "watch.tgz"), packed(t, read(t, plain)))
	r, err := Open(t.Context(), []string{path})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Items) != len(want.Items) || r.Target != "shop" || len(r.Warnings) > 0 {
		t.Errorf("%d items of %q, want %d; warnings %q", len(r.Items), r.Target, len(want.Items), r.Warnings)
	}
	for i := range r.Items {
		if r.Items[i].Message != nil {
			continue
		}
		got, err := r.Load(&r.Items[i])
		if was, err2 := want.Load(&want.Items[i]); err != nil || err2 != nil || !bytes.Equal(got.Data, was.Data) {
			t.Errorf("item %d: %v, %v", i, err, err2)
		}
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if all := left(); len(all) > 0 {
		t.Errorf("what was unpacked stays: %v", all)
	}
}

// TestBundleOpens opens the recording in a bundle, and where there is none its
// profiles.
func TestBundleOpens(t *testing.T) {
	plain := read(t, record(t, Options{Target: "shop"}, messages(t)...))
	heap := own(t, "heap", 0)
	bundle := func(files map[string][]byte) string {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for name, data := range files {
			if err := w.WriteHeader(&tar.Header{Name: "evidence/" + name, Typeflag: tar.TypeReg, Mode: 0o600, Size: int64(len(data))}); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(data); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return write(t, filepath.Join(t.TempDir(), "evidence.tar.gz"), packed(t, b.Bytes()))
	}
	files := map[string][]byte{"README.txt": []byte("how"), "report.md": []byte("# it leaks"), "profiles/heap-last.pb.gz": heap, nestedName: plain}
	want := len(open(t, write(t, filepath.Join(t.TempDir(), "plain.tar"), plain)).Items)
	if r := open(t, bundle(files)); len(r.Items) != want || r.Target != "shop" || len(r.Warnings) > 0 {
		t.Errorf("with a recording: %d items of %q, want its %d; warnings %q", len(r.Items), r.Target, want, r.Warnings)
	}
	delete(files, nestedName)
	if r := open(t, bundle(files)); len(r.Items) != 1 || len(r.Warnings) > 0 {
		t.Errorf("without one: %d items, warnings %q, want its profile", len(r.Items), r.Warnings)
	}
}

func TestPackedRecordingThatIsBad(t *testing.T) {
	left := unpackedIn(t)
	whole := packed(t, read(t, record(t, Options{}, messages(t)...)))
	cut := write(t, filepath.Join(t.TempDir(), "cut.tar.gz"), whole[:len(whole)*3/4])
	if r := open(t, cut); len(r.Items) == 0 || !strings.Contains(strings.Join(r.Warnings, " "), "cut off") {
		t.Errorf("cut: %d items, warnings %q", len(r.Items), r.Warnings)
	}
	head := read(t, raw(t, []tar.Header{{Name: "heap/000001-20261124T105424.123Z.pb.gz", Typeflag: tar.TypeReg}}, []byte("x")))
	data := append(packed(t, head), bomb(t, 70)...)
	_, err := Open(t.Context(), []string{write(t, filepath.Join(t.TempDir(), "bomb.tar.gz"), data)})
	if err == nil || !strings.Contains(err.Error(), "unpacks to more than") || !strings.Contains(err.Error(), "tar xzf") {
		t.Errorf("a bomb: %v", err)
	}
	for _, e := range left() {
		if info, err := e.Info(); err == nil && info.Size() > 10<<20 {
			t.Errorf("%s of %d bytes stays", e.Name(), info.Size())
		}
	}
}

func TestArchivesInAFolderAreExplained(t *testing.T) {
	folder := t.TempDir()
	plain := read(t, record(t, Options{}, messages(t)...))
	write(t, filepath.Join(folder, "heap.pb.gz"), own(t, "heap", 0))
	write(t, filepath.Join(folder, "a.tar"), plain)
	write(t, filepath.Join(folder, "b.tgz"), packed(t, plain))
	if r := open(t, folder); len(r.Items) != 1 || len(r.Warnings) != 2 || !strings.Contains(r.Warnings[0], "open it on its own") {
		t.Errorf("%d items, warnings %q", len(r.Items), r.Warnings)
	}
}
