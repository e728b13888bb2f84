package recording

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// Options are the settings of a new recording.
type Options struct {
	Target  string // as the header shows it, without secrets
	Version string // version of leaktop
	Started time.Time
	// MaxSize bounds the file, in bytes; 0 means no bound. At the bound, old fine
	// detail is dropped to make room.
	MaxSize int64
	// Overwrite permits replacing an existing file. It is replaced once the first
	// profile has been written.
	Overwrite bool
}

// MinMaxSize is the minimum of a nonzero [Options.MaxSize], in bytes.
const MinMaxSize = 1 << 20

// Writer appends to a recording. It is not safe for concurrent use.
type Writer struct {
	path   string // current name of the file
	final  string // name that it gets with the first profile
	opts   Options
	file   file
	size   int64 // end of the last complete entry
	number int
	latest time.Time // latest time of a message
	buf    bytes.Buffer
}

// file is what a Writer needs of an *os.File.
type file interface {
	io.WriterAt
	Truncate(size int64) error
	Sync() error
	Close() error
}

// endBlocks is the size of the zero blocks that end a tar.
const endBlocks = 2 * 512

// Create starts a recording in a new file that only its owner can read.
func Create(path string, o Options) (*Writer, error) {
	if o.MaxSize != 0 && o.MaxSize < MinMaxSize {
		return nil, errors.New("--max-size: the minimum is 1 MiB")
	}
	f, at, err := createFile(path, o.Overwrite)
	if err != nil {
		return nil, err
	}
	w := &Writer{path: at, final: path, opts: o, file: f, latest: o.Started}
	if err := w.writePreamble(); err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(at))
	}
	return w, nil
}

// writePreamble writes the entries that precede the messages.
func (w *Writer) writePreamble() error {
	meta, err := json.MarshalIndent(Meta{schema, w.opts.Target, w.opts.Version, w.opts.Started.UTC()}, "", "  ")
	if err != nil {
		return fmt.Errorf("write recording: %w", err)
	}
	if err := w.writeEntry(readmeName, w.opts.Started, []byte(readme)); err != nil {
		return err
	}
	return w.writeEntry(metaName, w.opts.Started, append(meta, '\n'))
}

// Append writes a message: a profile.Capture, memory.Reading, profile.Event,
// profile.Facts, longterm.Data or [Status]. After an error, such as a full disk, the file is
// valid up to the previous message and Append may be called again. It returns
// errFull if the file cannot grow.
func (w *Writer) Append(m any) error {
	if c, ok := m.(profile.Capture); ok {
		w.advanceClock(c.Time)
		if c.Time.IsZero() {
			c.Time = w.latest
		}
		w.number++
		n := captureName(c, w.number)
		if err := w.writeBounded(n.String(), n.time, c.Data); err != nil {
			return err
		}
		return w.moveIntoPlace()
	}
	folder, at, ok := folderOf(m)
	if !ok {
		return fmt.Errorf("write recording: cannot record a %T", m)
	}
	line, err := encodeLine(m)
	if err != nil {
		return fmt.Errorf("write recording: %w", err)
	}
	w.advanceClock(at)
	w.number++
	n := entryName{folder: folder, number: w.number, time: w.latest, ending: jsonlEnding}
	return w.writeBounded(n.String(), w.latest, append(line, '\n'))
}

func (w *Writer) advanceClock(t time.Time) {
	if t.After(w.latest) {
		w.latest = t
	}
}

// writeBounded writes an entry, after making room for it if the file is bounded.
func (w *Writer) writeBounded(name string, at time.Time, data []byte) error {
	if need := w.size + entrySize(len(data)) + endBlocks; w.opts.MaxSize > 0 && need > w.opts.MaxSize {
		if err := w.thinOut(need - w.size); err != nil {
			return err
		}
	}
	return w.writeEntry(name, at, data)
}

// entrySize returns the size in the file of an entry of n bytes, with its header.
func entrySize(n int) int64 { return 512 + (int64(n)+511)/512*512 }

// writeEntry writes one entry in one piece.
func (w *Writer) writeEntry(name string, at time.Time, data []byte) error {
	w.buf.Reset()
	t := tar.NewWriter(&w.buf)
	err := t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(data)), ModTime: at})
	if err == nil {
		_, err = t.Write(data)
	}
	if err == nil {
		err = t.Flush() // pads the entry; Close would end the archive
	}
	if err != nil {
		return fmt.Errorf("write recording: %w", err)
	}
	if _, err := w.file.WriteAt(w.buf.Bytes(), w.size); err != nil {
		// Cut off the incomplete entry. If that fails too, the next entry
		// overwrites it.
		return errors.Join(fmt.Errorf("write recording: %w", err), w.file.Truncate(w.size))
	}
	w.size += int64(w.buf.Len())
	return nil
}

// Size returns the size of the file in bytes.
func (w *Writer) Size() int64 { return w.size }

// Path returns the name of the file.
func (w *Writer) Path() string { return w.final }

// Close ends the archive and closes the file. A recording that was to replace
// another file but got no profile is removed, and the other file stays.
func (w *Writer) Close() error {
	if w.path != w.final {
		return errors.Join(w.file.Close(), os.Remove(w.path))
	}
	_, err := w.file.WriteAt(make([]byte, endBlocks), w.size)
	if err != nil {
		err = errors.Join(err, w.file.Truncate(w.size))
	}
	if err := errors.Join(err, w.file.Sync(), w.file.Close()); err != nil {
		return fmt.Errorf("finish recording: %w", err)
	}
	return nil
}
