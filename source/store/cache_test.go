package store

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

func TestCacheIsPrivateAndBounded(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "leaktop", "profiles")
	c, err := openCache(dir)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	old, recent := c.pathOf("a", "1"), c.pathOf("a", "2")
	if old == recent || c.pathOf("a1", "") == old {
		t.Error("different keys have the same file")
	}
	for path, age := range map[string]time.Duration{old: 3 * time.Hour, recent: 2 * time.Hour} {
		if err := c.write(path, make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(dir); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("got folder mode %v, %v", info.Mode(), err)
	}
	if info, err := os.Stat(old); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("got file mode %v, %v", info.Mode(), err)
	}
	other := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(other, make([]byte, 9000), 0o600); err != nil {
		t.Fatal(err)
	}
	c.evict(1500, now)
	if _, ok := c.sizeOf(old, now); ok {
		t.Error("the least recently used file was kept")
	}
	if size, ok := c.sizeOf(recent, now); !ok || size != 1000 {
		t.Errorf("other file: got %d bytes, %v", size, ok)
	}
	c.evict(0, now) // used just now
	if _, ok := c.sizeOf(recent, now); !ok {
		t.Error("a file in use was removed")
	}
	if _, err := os.Stat(other); err != nil {
		t.Errorf("a file of another program was removed: %v", err)
	}
}

func TestCacheWithoutAFolderIsTemporary(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := openCache(filepath.Join(blocked, "profiles"))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.write(c.pathOf("x"), []byte("y")); err != nil {
		t.Fatal(err)
	}
	if err := c.close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(c.dir); !os.IsNotExist(err) {
		t.Errorf("the temporary folder was kept: %v", err)
	}
}
