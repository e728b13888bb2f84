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

// ErrFull reports that a recording has reached [Options.MaxSize] and that nothing
// in it is left to thin.
var ErrFull = errors.New("the recording has reached --max-size and cannot be thinned further: raise --max-size")

// fineAge is the age up to which polls are kept at full resolution. Beyond it,
// polls that are twice as old may be twice as far apart.
const fineAge = 5 * time.Minute

// roomAfter is the share of the bound that thinning leaves in use, so that the
// next thinning is not due at once.
const roomAfter = 0.6

// thin rewrites the file without old fine detail to make room for need more
// bytes, and records that it did.
func (w *Writer) thin(need int64) error {
	all, err := w.entries()
	if err != nil {
		return fmt.Errorf("thin recording: %w", err)
	}
	target := min(int64(roomAfter*float64(w.o.MaxSize)), w.o.MaxSize-need-entrySize(maxLine))
	keep, ok := plan(all, target)
	if !ok {
		return ErrFull
	}
	if err := w.rewrite(keep); err != nil {
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
	return w.Append(profile.Event{Time: w.now, Kind: profile.EventNote, Text: fmt.Sprintf(
		"The recording was thinned to stay under %d MiB: %d of %d profiles are kept, most of them recent.", w.o.MaxSize>>20, has, had)})
}

// filed is an entry that the Writer has written.
type filed struct {
	entryName
	named   bool // has the name of a message or profile
	profile bool
	size    int64
}

// entries lists the entries of the file.
func (w *Writer) entries() ([]filed, error) {
	var all []filed
	err := w.each(func(h *tar.Header, _ io.Reader) error {
		e := filed{size: entrySize(int(h.Size))}
		e.entryName, e.named = parseName(h.Name)
		if e.named {
			_, e.profile = e.capture()
		}
		all = append(all, e)
		return nil
	})
	return all, err
}

// each calls f for each complete entry of the file.
func (w *Writer) each(f func(h *tar.Header, r io.Reader) error) error {
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

// rewrite copies the entries to keep into a new file, which replaces the old one
// once it is complete.
func (w *Writer) rewrite(keep []bool) error {
	next, err := os.CreateTemp(filepath.Dir(w.path), ".leaktop-*.tar") // 0600
	if err != nil {
		return err
	}
	fail := func(err error) error {
		return errors.Join(err, next.Close(), os.Remove(next.Name()))
	}
	old := *w
	*w = Writer{path: old.path, final: old.final, o: old.o, file: next, number: old.number, now: old.now}
	i := 0
	err = old.each(func(h *tar.Header, r io.Reader) error {
		i++
		if !keep[i-1] {
			return nil
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		return w.entry(h.Name, h.ModTime, data)
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
		w.file = gone{again}
	}
	return errors.Join(err, again)
}

// gone is a file that could not be reopened: every write fails.
type gone struct{ err error }

func (g gone) WriteAt([]byte, int64) (int, error) { return 0, g.err }
func (g gone) Truncate(int64) error               { return nil }
func (g gone) Sync() error                        { return nil }
func (g gone) Close() error                       { return nil }
