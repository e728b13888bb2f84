package recording

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// mostUnpacked bounds in bytes what a packed recording of a size may unpack to.
// The profiles in it are packed themselves: it is hardly larger.
func mostUnpacked(packed int64) int64 { return min(64<<20+20*packed, 2<<30) }

// nestedName is the recording in a bundle of evidence.
const nestedName = "recording.tar"

// packedTar tells whether r is a gzipped tar.
func packedTar(r io.Reader) bool {
	z, err := gzip.NewReader(r)
	if err != nil {
		return false
	}
	head := make([]byte, 512)
	n, _ := io.ReadFull(z, head)
	return isTar(head[:n])
}

// packed takes a gzipped tar, a recording or a bundle of evidence. It is unpacked
// into one nameless file, since profiles are read in any order.
func (l *loader) packed(f *os.File, packed int64) error {
	base, most := filepath.Base(f.Name()), mostUnpacked(packed)
	z, err := gzip.NewReader(bufio.NewReader(io.NewSectionReader(f, 0, packed)))
	if err != nil {
		return fmt.Errorf("read %s: %w", base, err)
	}
	out, err := os.CreateTemp("", "leaktop-*.tar") // 0600
	if err != nil {
		return fmt.Errorf("unpack %s: %w", base, err)
	}
	l.rec.files = append(l.rec.files, temporary{out})
	_ = os.Remove(out.Name()) // where an open file keeps its name, Close does it
	size, err := io.Copy(out, io.LimitReader(z, most+1))
	var disk *fs.PathError
	switch {
	case errors.As(err, &disk):
		return fmt.Errorf("unpack %s into %s: %w: unpack it where there is room (tar xzf), and open what was in it", base, filepath.Dir(out.Name()), err)
	case err != nil:
		l.rec.warn("%s is damaged or was cut off; what is before that is shown.", base)
	case size > most:
		return fmt.Errorf("open %s: it unpacks to more than %d MiB: unpack it yourself (tar xzf), and open what was in it", base, most>>20)
	}
	had := len(l.loose)
	if err := l.archive(out, base, 0, size); err != nil {
		return err
	}
	if l.rec.Schema > 0 {
		l.loose = l.loose[:had] // the profiles beside a recording are copies from it
	}
	return nil
}

// temporary is a file that goes when it is closed.
type temporary struct{ *os.File }

func (t temporary) Close() error {
	err := t.File.Close()
	_ = os.Remove(t.Name())
	return err
}
