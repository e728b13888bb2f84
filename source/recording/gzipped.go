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

// maxUnpacked returns the largest size, in bytes, that a gzipped recording may unpack
// to. Its profiles are gzipped themselves, so a genuine one hardly grows.
func maxUnpacked(packed int64) int64 { return min(64<<20+20*packed, 2<<30) }

// nestedName is the name of the recording inside an evidence bundle.
const nestedName = "recording.tar"

// isGzippedTar reports whether r is a gzipped tar.
func isGzippedTar(r io.Reader) bool {
	z, err := gzip.NewReader(r)
	if err != nil {
		return false
	}
	head := make([]byte, 512)
	n, _ := io.ReadFull(z, head)
	return isTar(head[:n])
}

// loadGzipped reads a gzipped tar: a recording or an evidence bundle. It decompresses
// it into one unlinked file, because profiles are read in any order.
func (l *loader) loadGzipped(f *os.File, packed int64) error {
	base, limit := filepath.Base(f.Name()), maxUnpacked(packed)
	z, err := gzip.NewReader(bufio.NewReader(io.NewSectionReader(f, 0, packed)))
	if err != nil {
		return fmt.Errorf("read %s: %w", base, err)
	}
	out, err := os.CreateTemp("", "leaktop-*.tar") // 0600
	if err != nil {
		return fmt.Errorf("unpack %s: %w", base, err)
	}
	l.rec.files = append(l.rec.files, tempFile{out})
	_ = os.Remove(out.Name()) // fails on Windows while the file is open: Close repeats it
	size, err := io.Copy(out, io.LimitReader(z, limit+1))
	var disk *fs.PathError
	switch {
	case errors.As(err, &disk):
		return fmt.Errorf("unpack %s into %s: %w: unpack it where there is room (tar xzf), and open the result", base, filepath.Dir(out.Name()), err)
	case err != nil:
		l.rec.addWarning("%s is damaged or cut off; only what precedes the damage is shown.", base)
	case size > limit:
		return fmt.Errorf("open %s: it unpacks to more than %d MiB: unpack it yourself (tar xzf), and open the result", base, limit>>20)
	}
	had := len(l.loose)
	if err := l.indexArchive(out, base, 0, size); err != nil {
		return err
	}
	if l.rec.Schema > 0 {
		l.loose = l.loose[:had] // a bundle's other profiles are copies from its recording
	}
	return nil
}

// tempFile is a file that Close removes.
type tempFile struct{ *os.File }

func (t tempFile) Close() error {
	err := t.File.Close()
	_ = os.Remove(t.Name())
	return err
}
