package recording

import (
	"bytes"
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

// Bounds on the memory and time that an untrusted file can cost.
const (
	// maxItems is a day of polls every second.
	maxItems = 500_000
	// maxFiles bounds how many loose files are opened.
	maxFiles = 20_000
	// maxWalked bounds how many files and folders of a folder are examined.
	maxWalked = 200_000
	// maxLooseBytes bounds how many bytes of loose files are read to identify them.
	maxLooseBytes = 2 << 30
	// maxStored is the maximum size of a stored entry, in bytes. Full goroutine stacks
	// and traces are larger than profiles, which package profile bounds.
	maxStored = 64 << 20
)

// Recording is one watch, as read from files. It keeps archives open and reads
// profiles on demand, see [Recording.Load].
type Recording struct {
	Meta  // zero if the files were not recorded by leaktop
	Items []Item
	// Warnings are sentences about damage and about what was ignored.
	Warnings []string
	files    []io.Closer
	archives []*io.SectionReader // those that leaktop recorded
}

// Item is one entry of a recording. Items are sorted by time.
type Item struct {
	Time time.Time
	// Message is a memory.Reading, profile.Event, profile.Facts, longterm.Data or
	// [Status]; nil for a profile.
	Message any
	// Capture is a profile without its Data, see [Recording.Load].
	Capture profile.Capture
	number  int // orders items of the same time
	data    blob
}

// Size returns the size of the profile as stored, in bytes.
func (it *Item) Size() int64 { return it.data.size }

// blob locates the bytes of a profile: in an open archive, or in a file of their
// own.
type blob struct {
	in     io.ReaderAt
	offset int64
	size   int64
	path   string // if in is nil
}

// Open indexes the files and folders at paths. It fails if they contain no
// readable profile; mere damage becomes a warning. If it takes long, it calls tell, which
// may be nil, at intervals with a line for the user.
func Open(ctx context.Context, paths []string, tell func(text string)) (*Recording, error) {
	what := "the files"
	if len(paths) == 1 {
		what = paths[0]
	}
	r := &Recording{}
	l := loader{rec: r, progress: newProgress(ctx, what, tell)}
	for _, p := range paths {
		if err := l.loadPath(p); err != nil {
			return nil, errors.Join(err, r.Close())
		}
	}
	if err := l.sortLoose(); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	if len(r.Items) == 0 || l.captures == 0 {
		return nil, errors.Join(l.errNoProfiles(paths), r.Close())
	}
	sort.SliceStable(r.Items, func(i, j int) bool { // slices.SortStableFunc would add 10 KB to the binary
		a, b := &r.Items[i], &r.Items[j]
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.number, b.number)) < 0
	})
	return r, nil
}

// Archive returns the tar as it is in its file, or nil if the files are not
// exactly one recording by leaktop.
func (r *Recording) Archive() *io.SectionReader {
	if len(r.archives) != 1 {
		return nil
	}
	a := r.archives[0]
	return io.NewSectionReader(a, 0, a.Size()) // a reader of its own, with its own offset
}

// Load reads an item's profile. It is safe for concurrent use.
func (r *Recording) Load(it *Item) (profile.Capture, error) {
	c := it.Capture
	data, err := it.data.readAll(maxStored)
	if err != nil {
		return c, fmt.Errorf("read %s profile of %s: %w", c.Kind, c.Time.Format(time.DateTime), err)
	}
	c.Data = data
	return c, nil
}

// newBlob returns a blob of data in memory.
func newBlob(data []byte) blob { return blob{in: bytes.NewReader(data), size: int64(len(data))} }

func (b blob) readAll(maxSize int64) ([]byte, error) {
	if b.size > maxSize {
		return nil, fmt.Errorf("it is larger than %d MiB", maxSize>>20)
	}
	if b.in != nil {
		data := make([]byte, b.size)
		_, err := io.ReadFull(io.NewSectionReader(b.in, b.offset, b.size), data)
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
		err = nil // the file has become shorter since; the parser will report that
	}
	return data[:n], err
}

// Close closes the files and removes temporary ones.
func (r *Recording) Close() error {
	var errs []error
	for _, f := range r.files {
		errs = append(errs, f.Close())
	}
	r.files = nil
	return errors.Join(errs...)
}

// addWarning adds a warning, unless it is a repeat or there are 20 already.
func (r *Recording) addWarning(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !slices.Contains(r.Warnings, text) && len(r.Warnings) < 20 {
		r.Warnings = append(r.Warnings, text)
	}
}
