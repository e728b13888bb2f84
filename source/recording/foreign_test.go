package recording

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// Files that people attach to issues can be opened: full goroutine dumps and counted stacks as text.
func TestGoroutineTexts(t *testing.T) {
	for debug, want := range map[int]int{1: 1, 2: 2} {
		var b bytes.Buffer
		if err := pprof.Lookup("goroutine").WriteTo(&b, debug); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "goroutines.txt")
		if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		rec, err := Open(t.Context(), []string{file}, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer rec.Close()
		if len(rec.Items) != want || rec.Items[0].Capture.Kind != profile.Goroutine || rec.Items[0].Capture.Debug != 0 || rec.Items[want-1].Capture.Debug != 2*(want-1) {
			t.Fatalf("debug=%d: got items %+v", debug, rec.Items)
		}
		c, err := rec.Load(&rec.Items[0])
		if err != nil {
			t.Fatal(err)
		}
		s, err := profile.NewHistoryBuilder().ParseCapture(c)
		if err != nil {
			t.Fatal(err)
		}
		if s.Totals[0] < 2 || s.Totals[0] > int64(runtime.NumGoroutine()+10) {
			t.Errorf("debug=%d: got %d goroutines, want about %d", debug, s.Totals[0], runtime.NumGoroutine())
		}
	}
}

// The error for a file that cannot be judged says what the file is and what to do.
func TestForeignFiles(t *testing.T) {
	for text, want := range map[string]string{
		"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n": "git lfs pull",
		"heap profile: 3: 1228 [9: 8372] @ heap/1048576\nwhat\n":                    "fetch it without debug",
	} {
		file := filepath.Join(t.TempDir(), "heap.pb.gz")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), []string{file}, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: got error %v, want it to contain %q", text, err, want)
		}
	}
}
