package export

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
)

func save(path string, overwrite bool, write func(io.Writer) error) error {
	var done atomic.Int64
	return Save(context.Background(), path, overwrite, &done, write)
}

func hello(w io.Writer) error {
	_, err := io.WriteString(w, "hello")
	return err
}

func TestSave(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.txt")
	if err := save(path, false, hello); err != nil {
		t.Fatal(err)
	}
	if err := save(path, false, hello); !errors.Is(err, ErrExists) {
		t.Errorf("the second time: %v, want that it exists", err)
	}
	if err := save(path, true, func(w io.Writer) error { _, err := io.WriteString(w, "again"); return err }); err != nil {
		t.Error(err)
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != "again" {
		t.Errorf("the file holds %q, %v", got, err)
	}
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// TestFailedSaveLeavesNothing checks that a failed save leaves no partial file
// and keeps an existing one.
func TestFailedSaveLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.txt")
	if err := save(path, false, hello); err != nil {
		t.Fatal(err)
	}
	err := save(path, true, func(w io.Writer) error {
		_, _ = io.WriteString(w, strings.Repeat("x", 200<<10))
		return syscall.ENOSPC
	})
	if err == nil || !strings.Contains(err.Error(), "the disk is full, and nothing was written") {
		t.Errorf("a full disk: %v", err)
	}
	got, _ := os.ReadFile(path)
	files, _ := os.ReadDir(dir)
	if string(got) != "hello" || len(files) != 1 {
		t.Errorf("after it the file holds %q, and there are %d files", got, len(files))
	}
}

func TestStoppedSaveLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	var done atomic.Int64
	err := Save(ctx, filepath.Join(dir, "a"), false, &done, func(w io.Writer) error {
		_, _ = w.Write(make([]byte, 300<<10))
		if done.Load() == 0 {
			t.Error("nothing was counted")
		}
		cancel()
		_, err := w.Write(make([]byte, 300<<10))
		return err
	})
	if files, _ := os.ReadDir(dir); !errors.Is(err, context.Canceled) || len(files) > 0 {
		t.Errorf("error %v, %d files", err, len(files))
	}
}

func TestSaveSaysWhatToDo(t *testing.T) {
	dir := t.TempDir()
	locked := filepath.Join(dir, "locked")
	if err := os.Mkdir(locked, 0o500); err != nil {
		t.Fatal(err)
	}
	cases := map[string]string{
		dir:                                "is a folder: add a file name",
		filepath.Join(dir, "none", "a.md"): "does not exist: choose another",
		os.DevNull:                         "is not a regular file",
	}
	if os.Getuid() > 0 {
		cases[filepath.Join(locked, "a.md")] = "no permission to write in"
	}
	for path, want := range cases {
		if err := save(path, true, hello); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want that it %s", path, err, want)
		}
	}
}

// TestNameTakenAfterCheck checks that a file that appears between the check and
// the write is not overwritten.
func TestNameTakenAfterCheck(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.txt")
	err := save(path, false, func(w io.Writer) error {
		return errors.Join(hello(w), os.WriteFile(path, []byte("theirs"), 0o600))
	})
	if got, _ := os.ReadFile(path); !errors.Is(err, ErrExists) || string(got) != "theirs" {
		t.Errorf("error %v, the file holds %q", err, got)
	}
}
