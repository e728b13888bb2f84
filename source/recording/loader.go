package recording

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// loader gathers what files hold.
type loader struct {
	rec      *Recording
	captures int
	loose    []looseFile
}

// looseFile is a profile that may come from anywhere: what it is, only its
// content tells.
type looseFile struct {
	name     string // for people
	data     blob
	modified time.Time
}

func (l *loader) add(it Item) {
	if len(l.rec.Items) >= maxItems {
		l.rec.warn("There are more than %d entries; the rest is left out.", maxItems)
		return
	}
	if it.Message == nil {
		l.captures++
	}
	l.rec.Items = append(l.rec.Items, it)
}

// load takes a file or a folder that the user named.
func (l *loader) load(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	if info.IsDir() {
		return l.folder(ctx, path)
	}
	return l.file(path, info)
}

// file takes a file that the user named: a recording or a profile.
func (l *loader) file(path string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return fmt.Errorf("open %s: it is no regular file", path) // reading a pipe might never end
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
	packed := packedTar(io.NewSectionReader(f, 0, info.Size()))
	if !packed && !isTar(head[:n]) {
		l.loose = append(l.loose, looseFile{name: filepath.Base(path), data: blob{path: path, size: info.Size()}, modified: info.ModTime()})
		return f.Close()
	}
	l.rec.files = append(l.rec.files, f)
	if packed {
		return l.packed(f, info.Size())
	}
	return l.archive(f, filepath.Base(path), 0, info.Size())
}

// isTar tells a tar by the magic of its first header.
func isTar(head []byte) bool {
	return len(head) >= 262 && bytes.Equal(head[257:262], []byte("ustar"))
}

// folder takes what a folder holds, and the folders in it. A recording that was
// unpacked has its lines and names; the rest are profiles of any origin.
func (l *loader) folder(ctx context.Context, root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil:
			l.rec.warn("Part of the folder cannot be read: %v.", err)
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
		l.inFolder(root, path, info)
		return nil
	})
}

// inFolder takes one file of a folder.
func (l *loader) inFolder(root, path string, info fs.FileInfo) {
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return
	}
	rel = filepath.ToSlash(rel)
	data := blob{path: path, size: info.Size()}
	n, ours := parseName(rel)
	switch decode := decoders[n.folder]; {
	case rel == metaName:
		l.withFile(path, l.meta)
	case ours && n.ending == endingLines && decode != nil:
		l.withFile(path, func(r io.Reader) { l.line(n, r, decode) })
	case ours:
		if c, ok := n.capture(); ok {
			l.add(Item{Time: c.Time, Capture: c, number: n.number, data: data})
		}
	case looseName(rel):
		l.loose = append(l.loose, looseFile{name: rel, data: data, modified: info.ModTime()})
	}
}

func (l *loader) withFile(path string, f func(io.Reader)) {
	in, err := os.Open(path)
	if err != nil {
		l.rec.warn("Some entries of the folder cannot be read: %v.", err)
		return
	}
	defer in.Close()
	f(in)
}

// looseName leaves out what by its name is surely no profile, so that a folder
// may hold notes beside.
func looseName(name string) bool {
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

// nothing explains why there is nothing to watch.
func (l *loader) nothing(paths []string) error {
	what := filepath.Base(paths[0])
	if len(paths) > 1 {
		what = "these files"
	}
	if n := len(l.rec.Warnings); n > 0 {
		few := l.rec.Warnings
		if n > 3 {
			few = []string{few[0], few[1], few[n-1]} // the last says whether more were left out
		}
		return fmt.Errorf("open %s: no profile in it can be read: %s", what, strings.Join(few, " "))
	}
	return fmt.Errorf("open %s: there is no profile in it; a recording (leaktop record), profiles as curl or go tool pprof save them, or a folder of them can be opened", what)
}
