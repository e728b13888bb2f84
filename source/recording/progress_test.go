package recording

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A folder with many files that are not profiles is reported in one sentence, and
// only the beginnings of the files are read.
func TestFilesThatAreNoProfiles(t *testing.T) {
	dir := t.TempDir()
	for i := range 50 {
		putFile(t, filepath.Join(dir, fmt.Sprintf("page%02d", i)), strings.Repeat("<p>no profile</p>\n", 10_000))
	}
	_, err := Open(t.Context(), []string{dir}, nil)
	if err == nil || !strings.Contains(err.Error(), "page00 and 49 other files are ignored") {
		t.Errorf("got %v, want one sentence on all 50 files", err)
	}
	f := looseFile{data: blob{path: filepath.Join(dir, "page00"), size: 180_000}}
	if data, err := f.read(); err != nil || len(data) != headSize {
		t.Errorf("read %d bytes (%v) of a page, want %d", len(data), err, headSize)
	}
}

// Opening a recording reports progress, and stops when the user cancels it.
func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		var told []string
		p := newProgress(ctx, "/tmp", func(text string) { told = append(told, text) })
		for range 5 {
			time.Sleep(time.Second)
			if err := p.step("looking through"); err != nil {
				t.Fatal(err)
			}
		}
		if want := "looking through /tmp: 3 so far"; len(told) != 1 || told[0] != want {
			t.Errorf("told %q, want %q once", told, want)
		}
		quit := errors.New("the user quits")
		cancel(quit)
		if err := p.step("looking through"); !errors.Is(err, quit) {
			t.Errorf("after the user quits, a step returns %v", err)
		}
	})
}

func putFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
