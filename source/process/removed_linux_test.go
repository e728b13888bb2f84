package process

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/leaktop/leaktop/profile/memory"
)

// TestRemovedFilesThatAreMapped maps real files into this process and removes one of them.
func TestRemovedFilesThatAreMapped(t *testing.T) {
	const size = 1 << 20
	removed := func() uint64 {
		var r memory.Reading
		AddRemoved(&r, os.Getpid())
		return r.Removed
	}
	before := removed()
	var paths []string
	for _, name := range []string{"kept", "removed"} {
		f, err := os.Create(filepath.Join(t.TempDir(), name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := f.Truncate(size); err != nil {
			t.Fatal(err)
		}
		data, err := syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = syscall.Munmap(data) }()
		paths = append(paths, f.Name())
	}
	if got := removed(); got != before {
		t.Errorf("before one is removed: got %d, want %d", got, before)
	}
	if err := os.Remove(paths[1]); err != nil {
		t.Fatal(err)
	}
	if got := removed(); got != before+size {
		t.Errorf("got %d, want %d", got, before+size)
	}
}

// TestSharedMemoryIsNoFile checks mappings that are listed as deleted without having been a file, and broken lines.
func TestSharedMemoryIsNoFile(t *testing.T) {
	const maps = "7f00-7f10 rw-s 00000000 00:01 7 /memfd:buffer (deleted)\n" +
		"7f10-7f20 rw-s 00000000 00:01 8 /SYSV00000000 (deleted)\n" +
		"zz-7f30 rw-s 00000000 00:01 9 /data/a (deleted)\n(deleted)\n (deleted)\n" +
		"7f30-7f40 r--s 00000000 08:01 10 /data/a b (deleted)\n"
	if got := sumRemoved(strings.NewReader(maps)); got != 0x10 {
		t.Errorf("got %d, want 16", got)
	}
}
