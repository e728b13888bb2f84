package recording

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sort"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// Bounds on what a file may make of this process.
const (
	// maxItems is a day of polls every second.
	maxItems = 500_000
	// maxFiles bounds how many loose files are looked into.
	maxFiles = 20_000
	// maxLooseBytes bounds how much of loose files is read to find out what
	// they are.
	maxLooseBytes = 2 << 30
	// maxStored is the most bytes of one entry as stored: full goroutine stacks
	// and traces have more than profiles, which package profile bounds.
	maxStored = 64 << 20
)

// Recording is what was found in files: the course of one watch. It holds files
// open, and reads profiles when they are asked for.
type Recording struct {
	Meta  // zero for what is no recording of leaktop
	Items []Item
	// Warnings are what is wrong with the files, or was left out of them, for
	// people.
	Warnings []string
	files    []io.Closer
	archives []*io.SectionReader // that are recordings of leaktop
}

// Item is one thing that a recording holds, in the order of time.
type Item struct {
	Time time.Time
	// Message is a memory.Reading, profile.Event, profile.Facts or [Status]; nil
	// for a profile.
	Message any
	// Capture is a profile without its Data, see [Recording.Load].
	Capture profile.Capture
	number  int // orders what is of the same time
	data    blob
}

// Size is what the profile takes in the file, in bytes.
func (it *Item) Size() int64 { return it.data.size }

// blob is where the bytes of a profile are: in an open archive, or in a file of
// their own.
type blob struct {
	in   io.ReaderAt
	at   int64
	size int64
	path string // if in is nil
}

// Open reads what the files and folders hold. An error says that none of it can
// be watched; what is only damaged or left out is a warning.
func Open(ctx context.Context, paths []string) (*Recording, error) {
	r := &Recording{}
	l := loader{rec: r}
	for _, p := range paths {
		if err := l.load(ctx, p); err != nil {
			return nil, errors.Join(err, r.Close())
		}
	}
	l.sortLoose()
	if len(r.Items) == 0 || l.captures == 0 {
		return nil, errors.Join(l.nothing(paths), r.Close())
	}
	sort.SliceStable(r.Items, func(i, j int) bool { // slices has one of its own for each type: 10 KB
		a, b := &r.Items[i], &r.Items[j]
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.number, b.number)) < 0
	})
	return r, nil
}

// Archive is the recording as it is in its file, a tar; nil if it is not one
// recording of leaktop.
func (r *Recording) Archive() *io.SectionReader {
	if len(r.archives) != 1 {
		return nil
	}
	a := r.archives[0]
	return io.NewSectionReader(a, 0, a.Size()) // which others read from its beginning too
}

// Load reads a profile. It may be called from several goroutines.
func (r *Recording) Load(it *Item) (profile.Capture, error) {
	c := it.Capture
	data, err := it.data.read(maxStored)
	if err != nil {
		return c, fmt.Errorf("read %s profile of %s: %w", c.Kind, c.Time.Format(time.DateTime), err)
	}
	c.Data = data
	return c, nil
}

func (b blob) read(most int64) ([]byte, error) {
	if b.size > most {
		return nil, fmt.Errorf("it is larger than %d MiB", most>>20)
	}
	if b.in != nil {
		data := make([]byte, b.size)
		_, err := io.ReadFull(io.NewSectionReader(b.in, b.at, b.size), data)
		return data, err
	}
	f, err := os.Open(b.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data := make([]byte, b.size)
	n, err := io.ReadFull(f, data)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil // it became shorter since; what it is then shows where it is parsed
	}
	return data[:n], err
}

// Close closes the files.
func (r *Recording) Close() error {
	var errs []error
	for _, f := range r.files {
		errs = append(errs, f.Close())
	}
	r.files = nil
	return errors.Join(errs...)
}

// warn notes a warning, each once.
func (r *Recording) warn(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !slices.Contains(r.Warnings, text) && len(r.Warnings) < 20 {
		r.Warnings = append(r.Warnings, text)
	}
}
