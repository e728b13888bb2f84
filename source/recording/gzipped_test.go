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

// gzipTar returns a .tar.gz of a tar.
func gzipTar(t *testing.T, data []byte) []byte {
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

// watchTempDir sets a temporary folder and returns a function that lists what is left in it.
func watchTempDir(t *testing.T) (left func() []os.DirEntry) {
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

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestPackedRecordingOpens(t *testing.T) {
	left := watchTempDir(t)
	plain := writeRecording(t, Options{Target: "shop"}, sampleMessages(t)...)
	want := openRecording(t, plain)
	path := writeFile(t, filepath.Join(t.TempDir(), "watch.tgz"), gzipTar(t, readFile(t, plain)))
	r, err := Open(t.Context(), []string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Items) != len(want.Items) || r.Target != "shop" || len(r.Warnings) > 0 {
		t.Errorf("got %d items of %q, want %d; warnings %q", len(r.Items), r.Target, len(want.Items), r.Warnings)
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
		t.Errorf("unpacked files were left behind: %v", all)
	}
}

// TestBundleOpens checks that a bundle's recording is opened or, without one, its profiles.
func TestBundleOpens(t *testing.T) {
	plain := readFile(t, writeRecording(t, Options{Target: "shop"}, sampleMessages(t)...))
	heap := readOwnProfile(t, "heap", 0)
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
		return writeFile(t, filepath.Join(t.TempDir(), "evidence.tar.gz"), gzipTar(t, b.Bytes()))
	}
	files := map[string][]byte{"README.txt": []byte("how"), "report.md": []byte("# it leaks"), "profiles/heap-last.pb.gz": heap, nestedName: plain}
	want := len(openRecording(t, writeFile(t, filepath.Join(t.TempDir(), "plain.tar"), plain)).Items)
	if r := openRecording(t, bundle(files)); len(r.Items) != want || r.Target != "shop" || len(r.Warnings) > 0 {
		t.Errorf("with a recording: got %d items of %q, want its %d; warnings %q", len(r.Items), r.Target, want, r.Warnings)
	}
	delete(files, nestedName)
	if r := openRecording(t, bundle(files)); len(r.Items) != 1 || len(r.Warnings) > 0 {
		t.Errorf("without a recording: got %d items, warnings %q, want its profile", len(r.Items), r.Warnings)
	}
}

func TestPackedRecordingThatIsBad(t *testing.T) {
	left := watchTempDir(t)
	whole := gzipTar(t, readFile(t, writeRecording(t, Options{}, sampleMessages(t)...)))
	cut := writeFile(t, filepath.Join(t.TempDir(), "cut.tar.gz"), whole[:len(whole)*3/4])
	if r := openRecording(t, cut); len(r.Items) == 0 || !strings.Contains(strings.Join(r.Warnings, " "), "cut off") {
		t.Errorf("truncated: got %d items, warnings %q", len(r.Items), r.Warnings)
	}
	head := readFile(t, writeTar(t, []tar.Header{{Name: "heap/000001-20261124T105424.123Z.pb.gz", Typeflag: tar.TypeReg}}, []byte("x")))
	data := append(gzipTar(t, head), makeBomb(t, 70)...)
	_, err := Open(t.Context(), []string{writeFile(t, filepath.Join(t.TempDir(), "bomb.tar.gz"), data)}, nil)
	if err == nil || !strings.Contains(err.Error(), "unpacks to more than") || !strings.Contains(err.Error(), "tar xzf") {
		t.Errorf("gzip bomb: got %v", err)
	}
	for _, e := range left() {
		if info, err := e.Info(); err == nil && info.Size() > 10<<20 {
			t.Errorf("%s of %d bytes was left behind", e.Name(), info.Size())
		}
	}
}

func TestArchivesInAFolderAreExplained(t *testing.T) {
	folder := t.TempDir()
	plain := readFile(t, writeRecording(t, Options{}, sampleMessages(t)...))
	writeFile(t, filepath.Join(folder, "heap.pb.gz"), readOwnProfile(t, "heap", 0))
	writeFile(t, filepath.Join(folder, "a.tar"), plain)
	writeFile(t, filepath.Join(folder, "b.tgz"), gzipTar(t, plain))
	if r := openRecording(t, folder); len(r.Items) != 1 || len(r.Warnings) != 2 || !strings.Contains(r.Warnings[0], "open it on its own") {
		t.Errorf("got %d items, warnings %q", len(r.Items), r.Warnings)
	}
}
