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

// Options is how a recording is made.
type Options struct {
	Target  string // as the header shows it; no secrets
	Version string // of leaktop
	Started time.Time
	// MaxSize bounds the file in bytes; 0 is no bound. When it is reached, old
	// fine detail is thinned.
	MaxSize int64
	// Overwrite replaces a file that exists, once there is a profile to keep in
	// its place.
	Overwrite bool
}

// SmallestMaxSize is the least that Options.MaxSize may be.
const SmallestMaxSize = 1 << 20

// Writer appends to a recording. It is for one goroutine.
type Writer struct {
	path   string // where the file is
	final  string // where it is to be
	o      Options
	file   file
	size   int64 // up to the end of the last whole entry
	number int
	now    time.Time // of the newest message that had a time
	buf    bytes.Buffer
}

// file is what a Writer needs of an *os.File.
type file interface {
	io.WriterAt
	Truncate(size int64) error
	Sync() error
	Close() error
}

// endBlocks is what ends a tar.
const endBlocks = 2 * 512

// Create begins a recording in a new file, readable by its owner only.
func Create(path string, o Options) (*Writer, error) {
	if o.MaxSize != 0 && o.MaxSize < SmallestMaxSize {
		return nil, errors.New("--max-size: the least is 1 MiB")
	}
	f, at, err := create(path, o.Overwrite)
	if err != nil {
		return nil, err
	}
	w := &Writer{path: at, final: path, o: o, file: f, now: o.Started}
	if err := w.begin(); err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(at))
	}
	return w, nil
}

// begin writes what is not of the watch itself.
func (w *Writer) begin() error {
	meta, err := json.MarshalIndent(Meta{Schema, w.o.Target, w.o.Version, w.o.Started.UTC()}, "", "  ")
	if err != nil {
		return fmt.Errorf("write recording: %w", err)
	}
	if err := w.entry(readmeName, w.o.Started, []byte(readme)); err != nil {
		return err
	}
	return w.entry(metaName, w.o.Started, append(meta, '\n'))
}

// Append writes a message: a profile.Capture, memory.Reading, profile.Event,
// profile.Facts or [Status]. After an error (a full disk) the file is whole up
// to the message before, and the next Append tries again.
func (w *Writer) Append(m any) error {
	if c, ok := m.(profile.Capture); ok {
		w.see(c.Time)
		if c.Time.IsZero() {
			c.Time = w.now
		}
		w.number++
		n := captureName(c, w.number)
		if err := w.bounded(n.String(), n.time, c.Data); err != nil {
			return err
		}
		return w.settle()
	}
	folder, at, ok := folderOf(m)
	if !ok {
		return fmt.Errorf("write recording: a %T is nothing to record", m)
	}
	line, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("write recording: %w", err)
	}
	w.see(at)
	w.number++
	n := entryName{folder: folder, number: w.number, time: w.now, ending: endingLines}
	return w.bounded(n.String(), w.now, append(line, '\n'))
}

func (w *Writer) see(t time.Time) {
	if t.After(w.now) {
		w.now = t
	}
}

// bounded writes an entry, and makes room for it first where there is a bound.
func (w *Writer) bounded(name string, at time.Time, data []byte) error {
	if need := w.size + entrySize(len(data)) + endBlocks; w.o.MaxSize > 0 && need > w.o.MaxSize {
		if err := w.thin(need - w.size); err != nil {
			return err
		}
	}
	return w.entry(name, at, data)
}

// entrySize is the size of an entry of n bytes in the file, with its header.
func entrySize(n int) int64 { return 512 + (int64(n)+511)/512*512 }

// entry writes one entry in one piece.
func (w *Writer) entry(name string, at time.Time, data []byte) error {
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
		// What was written of it is cut off; where even that fails, the next
		// entry goes over it.
		return errors.Join(fmt.Errorf("write recording: %w", err), w.file.Truncate(w.size))
	}
	w.size += int64(w.buf.Len())
	return nil
}

// Size is the size of the file in bytes.
func (w *Writer) Size() int64 { return w.size }

// Path is the name of the file.
func (w *Writer) Path() string { return w.final }

// Close ends the archive. One that was to overwrite another, and got no profile,
// goes: the other stays.
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
