package recording

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// loader collects the items of the files and folders that the user named.
type loader struct {
	rec      *Recording
	progress *progress
	captures int
	loose    []looseFile
}

// looseFile is a file that is not part of a recording and may be a profile from
// anywhere. Only its content shows what it is.
type looseFile struct {
	name     string // for messages
	data     blob
	modified time.Time
}

func (l *loader) addItem(it Item) {
	if _, at, timed := folderOf(it.Message); !profile.IsPlausible(it.Time) || timed && !at.IsZero() && !profile.IsPlausible(at) {
		l.rec.addWarning("Entries with impossible times, such as the year %d, are ignored.", cmp.Or(at, it.Time).Year())
		return
	}
	if len(l.rec.Items) >= maxItems {
		l.rec.addWarning("There are more than %d entries; the rest is ignored.", maxItems)
		return
	}
	if it.Message == nil {
		l.captures++
	}
	l.rec.Items = append(l.rec.Items, it)
}

// loadPath reads a file or a folder that the user named.
func (l *loader) loadPath(path string) error {
	if archive, file, ok := splitMember(path); ok {
		return l.loadMember(archive, file)
	}
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	if info.IsDir() {
		return l.loadFolder(path)
	}
	return l.loadFile(path, info)
}

// loadFile reads a file that the user named: a recording or a profile.
func (l *loader) loadFile(path string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return fmt.Errorf("open %s: not a regular file", path) // reading a pipe might never end
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open recording: %w", err)
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return errors.Join(fmt.Errorf("read %s: %w", path, err), f.Close())
	}
	packed := isGzippedTar(io.NewSectionReader(f, 0, info.Size()))
	if !packed && !isTar(head[:n]) {
		l.loose = append(l.loose, looseFile{name: filepath.Base(path), data: blob{path: path, size: info.Size()}, modified: info.ModTime()})
		return f.Close()
	}
	l.rec.files = append(l.rec.files, f)
	if packed {
		return l.loadGzipped(f, info.Size())
	}
	return l.indexArchive(f, filepath.Base(path), 0, info.Size())
}

// isTar reports whether head begins a tar, by the magic of its first header.
func isTar(head []byte) bool {
	return len(head) >= 262 && bytes.Equal(head[257:262], []byte("ustar"))
}

// loadFolder reads a folder and its subfolders: an unpacked recording, recognized by
// the names of its files, or profiles of any origin.
func (l *loader) loadFolder(root string) error {
	seen := 0
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err := l.progress.step("looking through"); err != nil {
			return err
		}
		seen++
		switch {
		case seen > maxWalked || len(l.loose) > maxFiles:
			l.rec.addWarning("The folder has more than %d files; the rest is ignored.", min(seen, len(l.loose))-1)
			return filepath.SkipAll
		case err != nil:
			l.rec.addWarning("Part of the folder cannot be read: %v.", err)
			return nil
		case d.IsDir() && path != root && strings.HasPrefix(d.Name(), "."):
			return filepath.SkipDir
		case d.IsDir():
			return nil
		}
		info, err := os.Stat(path) // a link to a file is as good as the file
		if err != nil || !info.Mode().IsRegular() {
			return nil
		}
		l.addFromFolder(root, path, info)
		return nil
	})
}

// addFromFolder adds one file of the folder root.
func (l *loader) addFromFolder(root, path string, info fs.FileInfo) {
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return
	}
	rel = filepath.ToSlash(rel)
	data := blob{path: path, size: info.Size()}
	n, ours := parseName(rel)
	switch decode := decoders[n.folder]; {
	case rel == metaName:
		l.readWith(path, l.readMeta)
	case ours && n.ending == jsonlEnding && decode != nil:
		l.readWith(path, func(r io.Reader) { l.readLine(n, r, decode) })
	case ours:
		if c, ok := n.toCapture(); ok {
			l.addItem(Item{Time: c.Time, Capture: c, number: n.number, data: data})
		}
	case mayBeProfile(rel):
		l.loose = append(l.loose, looseFile{name: rel, data: data, modified: info.ModTime()})
	}
}

func (l *loader) readWith(path string, f func(io.Reader)) {
	in, err := os.Open(path)
	if err != nil {
		l.rec.addWarning("Some entries of the folder cannot be read: %v.", err)
		return
	}
	defer in.Close()
	f(in)
}

// mayBeProfile reports whether a file of this name may be a profile, so that a
// folder can hold notes and pictures as well.
func mayBeProfile(name string) bool {
	base := strings.ToLower(filepath.Base(name))
	if strings.HasPrefix(base, ".") || base == "readme.txt" {
		return false
	}
	for _, end := range []string{".md", ".json", ".jsonl", ".log", ".html", ".svg", ".png", ".go", ".sh", ".yaml", ".yml", ".zip"} {
		if strings.HasSuffix(base, end) {
			return false
		}
	}
	return true
}

// errNoProfiles returns the error for files that contain no readable profile.
func (l *loader) errNoProfiles(paths []string) error {
	what := filepath.Base(paths[0])
	if len(paths) > 1 {
		what = "these files"
	}
	if n := len(l.rec.Warnings); n > 0 {
		few := l.rec.Warnings
		if n > 3 {
			few = []string{few[0], few[1], few[n-1]} // the last one says whether more were left out
		}
		return fmt.Errorf("open %s: found no readable profile: %s", what, strings.Join(few, " "))
	}
	return fmt.Errorf("open %s: found no profiles: leaktop opens recordings, profiles saved by curl or go tool pprof, and folders of either", what)
}
