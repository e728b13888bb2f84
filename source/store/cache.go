package store

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// maxCache bounds the profiles kept on disk, in bytes.
const maxCache = 512 << 20

// cache keeps profiles in a folder that only its owner can read: profiles of the past
// never change.
type cache struct {
	dir       string
	temporary bool // the folder is removed at the end
}

// cacheEnding is the extension of the files of a cache, which touches no other files.
const cacheEnding = ".pb.gz"

// openCache opens the cache in a folder, or in a temporary folder if that one is not
// writable.
func openCache(dir string) (*cache, error) {
	if dir != "" {
		if err := os.MkdirAll(dir, 0o700); err == nil {
			if f, err := os.CreateTemp(dir, ".probe-*"); err == nil {
				return &cache{dir: dir}, errors.Join(f.Close(), os.Remove(f.Name()))
			}
		}
	}
	tmp, err := os.MkdirTemp("", "leaktop-") // 0700
	if err != nil {
		return nil, fmt.Errorf("keep profiles on disk: %w", err)
	}
	return &cache{dir: tmp, temporary: true}, nil
}

// pathOf returns the path of the file for a key.
func (c *cache) pathOf(key ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(key, "\x00")))
	return filepath.Join(c.dir, hex.EncodeToString(sum[:16])+cacheEnding)
}

// sizeOf returns the size of a file in the cache, in bytes, and marks it as used; ok is
// false if it does not exist.
func (c *cache) sizeOf(path string, now time.Time) (size int64, ok bool) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return 0, false
	}
	_ = os.Chtimes(path, now, now) // only the order of eviction depends on it
	return info.Size(), true
}

// write writes a file atomically, because another leaktop may read it.
func (c *cache) write(path string, data []byte) error {
	name, err := c.writeTemporary(newFile, data)
	if err != nil {
		return err
	}
	if err := os.Rename(name, path); err != nil {
		return errors.Join(fmt.Errorf("keep profile: %w", err), os.Remove(name))
	}
	return nil
}

// Prefixes of the names of temporary files. A leaktop that is killed leaves them behind.
const (
	newFile   = ".new-"   // being written
	builtFile = ".built-" // read until its leaktop ends
	// builtAge is the age from which a builtFile is assumed to belong to a leaktop that
	// was killed.
	builtAge = 7 * 24 * time.Hour
)

// writeTemporary writes a file that the caller must remove or rename.
func (c *cache) writeTemporary(prefix string, data []byte) (path string, err error) {
	f, err := os.CreateTemp(c.dir, prefix+"*") // 0600
	if err != nil {
		return "", fmt.Errorf("keep profile: %w", err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("keep profile: %w", err), os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// evict removes the least recently used files until the rest is within the bound. It
// keeps files that were used in the last hour, since another leaktop may show them.
func (c *cache) evict(maxSize int64, now time.Time) {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	var files []fs.FileInfo
	size := int64(0)
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		age := now.Sub(info.ModTime())
		stale := age > time.Hour
		switch {
		case strings.HasPrefix(e.Name(), newFile) && stale, strings.HasPrefix(e.Name(), builtFile) && age > builtAge:
			_ = os.Remove(filepath.Join(c.dir, e.Name()))
		case strings.HasSuffix(e.Name(), cacheEnding):
			size += info.Size()
			if stale {
				files = append(files, info)
			}
		}
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int {
		return cmp.Or(a.ModTime().Compare(b.ModTime()), strings.Compare(a.Name(), b.Name()))
	})
	for _, f := range files {
		if size <= maxSize {
			return
		}
		if os.Remove(filepath.Join(c.dir, f.Name())) == nil {
			size -= f.Size()
		}
	}
}

// close removes the folder if it is temporary.
func (c *cache) close() error {
	if !c.temporary {
		return nil
	}
	return os.RemoveAll(c.dir)
}
