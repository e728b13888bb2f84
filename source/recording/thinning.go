package recording

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// errFull reports that a recording has reached [Options.MaxSize] and that nothing
// in it is left to thin.
var errFull = errors.New("the recording has reached --max-size and cannot be thinned further: raise --max-size")

// fullDetailAge is the age up to which polls are kept at full resolution. Beyond it,
// polls that are twice as old may be twice as far apart.
const fullDetailAge = 5 * time.Minute

// thinnedShare is the share of the bound that thinning leaves in use, so that the
// next thinning is not due at once.
const thinnedShare = 0.6

// thinOut rewrites the file without old fine detail to make room for need more
// bytes, and records that it did.
func (w *Writer) thinOut(need int64) error {
	all, err := w.listEntries()
	if err != nil {
		return fmt.Errorf("thin recording: %w", err)
	}
	target := min(int64(thinnedShare*float64(w.opts.MaxSize)), w.opts.MaxSize-need-entrySize(maxLine))
	keep, ok := planThinning(all, target)
	if !ok {
		return errFull
	}
	if err := w.rewriteKeeping(keep); err != nil {
		return fmt.Errorf("thin recording: %w", err)
	}
	had, has := 0, 0
	for i, e := range all {
		if e.profile {
			had++
			if keep[i] {
				has++
			}
		}
	}
	return w.Append(profile.Event{Time: w.latest, Kind: profile.EventNote, Text: fmt.Sprintf(
		"The recording was thinned to stay under %d MiB: %d of %d profiles are kept, most of them recent.", w.opts.MaxSize>>20, has, had)})
}

// writtenEntry is an entry that the Writer has written.
type writtenEntry struct {
	entryName
	named   bool // has the name of a message or profile
	profile bool
	size    int64
}

// listEntries lists the entries of the file.
func (w *Writer) listEntries() ([]writtenEntry, error) {
	var all []writtenEntry
	err := w.forEachEntry(func(h *tar.Header, _ io.Reader) error {
		e := writtenEntry{size: entrySize(int(h.Size))}
		e.entryName, e.named = parseName(h.Name)
		if e.named {
			_, e.profile = e.toCapture()
		}
		all = append(all, e)
		return nil
	})
	return all, err
}

// forEachEntry calls f for each complete entry of the file.
func (w *Writer) forEachEntry(f func(h *tar.Header, r io.Reader) error) error {
	in, err := os.Open(w.path)
	if err != nil {
		return err
	}
	defer in.Close()
	t := tar.NewReader(io.NewSectionReader(in, 0, w.size))
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := f(h, t); err != nil {
			return err
		}
	}
}

// rewriteKeeping copies the entries to keep into a new file, which replaces the old one
// once it is complete.
func (w *Writer) rewriteKeeping(keep []bool) error {
	next, err := os.CreateTemp(filepath.Dir(w.path), ".leaktop-*.tar") // 0600
	if err != nil {
		return err
	}
	fail := func(err error) error {
		return errors.Join(err, next.Close(), os.Remove(next.Name()))
	}
	old := *w
	*w = Writer{path: old.path, final: old.final, opts: old.opts, file: next, number: old.number, latest: old.latest}
	i := 0
	err = old.forEachEntry(func(h *tar.Header, r io.Reader) error {
		i++
		if !keep[i-1] {
			return nil
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		return w.writeEntry(h.Name, h.ModTime, data)
	})
	if err == nil {
		err = next.Sync()
	}
	if err != nil {
		*w = old
		return fail(err)
	}
	// Windows cannot replace an open file.
	err = errors.Join(old.file.Close(), next.Close())
	if err == nil {
		err = os.Rename(next.Name(), w.path)
	}
	f, again := os.OpenFile(w.path, os.O_RDWR, 0o600)
	if err != nil {
		w.size = old.size
	}
	w.file = f
	if again != nil {
		w.file = failedFile{again}
	}
	return errors.Join(err, again)
}

// failedFile is a file that could not be reopened: every write fails.
type failedFile struct{ err error }

func (f failedFile) WriteAt([]byte, int64) (int, error) { return 0, f.err }
func (f failedFile) Truncate(int64) error               { return nil }
func (f failedFile) Sync() error                        { return nil }
func (f failedFile) Close() error                       { return nil }
