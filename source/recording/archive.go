package recording

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// indexArchive indexes the tar that occupies size bytes of f from offset start. It
// reads headers and JSON lines and leaves profiles where they are. Nothing is
// unpacked, so no entry's name can escape into the file system.
func (l *loader) indexArchive(f io.ReaderAt, base string, start, size int64) error {
	in := io.NewSectionReader(f, start, size)
	t := tar.NewReader(in)
	for n := 0; ; n++ {
		if err := l.progress.step("reading"); err != nil {
			return err
		}
		h, err := t.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			l.rec.addWarning("%s is damaged or cut off after %d entries; only those are shown.", base, n)
			return nil
		case n >= maxItems:
			l.rec.addWarning("%s has more than %d entries; the rest is ignored.", base, maxItems)
			return nil
		}
		at, err := in.Seek(0, io.SeekCurrent)
		if err != nil {
			return fmt.Errorf("read %s: %w", base, err)
		}
		if h.Typeflag != tar.TypeReg || h.Size < 0 || isSparse(h) {
			continue
		}
		if h.Size > size-at {
			l.rec.addWarning("%s was cut off: the last of its %d entries is incomplete and is ignored.", base, n+1)
			return nil
		}
		if strings.TrimPrefix(h.Name, "./") == metaName {
			l.rec.archives = append(l.rec.archives, io.NewSectionReader(f, start, size))
		}
		if path.Base(h.Name) == nestedName && base != nestedName {
			if err := l.indexArchive(f, nestedName, start+at, h.Size); err != nil {
				return err
			}
			continue
		}
		l.addEntry(h, t, blob{in: f, offset: start + at, size: h.Size})
	}
}

// isSparse reports whether an entry is a sparse file, whose bytes do not simply
// follow its header.
func isSparse(h *tar.Header) bool {
	for k := range h.PAXRecords {
		if strings.HasPrefix(k, "GNU.sparse.") {
			return true
		}
	}
	return false
}

// addEntry adds one entry of a tar.
func (l *loader) addEntry(h *tar.Header, r io.Reader, data blob) {
	name := strings.TrimPrefix(h.Name, "./")
	if name == metaName {
		l.readMeta(r)
		return
	}
	n, ok := parseName(name)
	if !ok {
		if mayBeProfile(name) {
			l.loose = append(l.loose, looseFile{name: filepath.Base(name), data: data, modified: h.ModTime})
		}
		return
	}
	if decode := decoders[n.folder]; decode != nil && n.ending == jsonlEnding {
		l.readLine(n, r, decode)
		return
	}
	if c, ok := n.toCapture(); ok {
		l.addItem(Item{Time: c.Time, Capture: c, number: n.number, data: data})
	}
}

// readMeta reads the recording's meta.json.
func (l *loader) readMeta(r io.Reader) {
	var m Meta
	data, err := io.ReadAll(io.LimitReader(r, maxLine))
	if err == nil {
		err = json.Unmarshal(data, &m)
	}
	if err != nil {
		l.rec.addWarning("meta.json in the recording cannot be read; the rest is shown.")
		return
	}
	if m.Schema > schema {
		l.rec.addWarning("The recording was written by a newer leaktop (%.40q): entries that this version does not know are ignored.", m.Version)
	}
	if l.rec.Schema == 0 {
		l.rec.Meta = m
	}
}

// readLine adds an entry that is a line of JSON.
func (l *loader) readLine(n entryName, r io.Reader, decode func([]byte) (any, error)) {
	most := maxLineOf(n.folder)
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	var m any
	if err == nil && int64(len(data)) <= most {
		m, err = decode(data)
	}
	if err != nil || m == nil {
		l.rec.addWarning("Some entries in %s/ cannot be read and are ignored.", n.folder)
		return
	}
	at := n.time
	if _, own, _ := folderOf(m); !own.IsZero() {
		// As exact as the times in the names: what is known of a process must not come
		// before the event that it began, which was written first.
		at = own.Truncate(time.Millisecond)
	}
	l.addItem(Item{Time: at, Message: m, number: n.number})
}
