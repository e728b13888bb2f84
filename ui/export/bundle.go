package export

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// Member is one file of a bundle. Its content comes from From, if that is not nil; else
// from the file at Path, if that is not empty; else from Data.
type Member struct {
	Name string
	Data []byte
	Path string
	From *io.SectionReader
}

// WriteBundle writes members to one .tar.gz, all of them below folder. A Path that
// cannot be read is an error.
func WriteBundle(w io.Writer, folder string, at time.Time, members []Member) error {
	z := gzip.NewWriter(w)
	t := tar.NewWriter(z)
	for _, m := range members {
		if err := addMember(t, folder, at, m); err != nil {
			return fmt.Errorf("add %s: %w", m.Name, err)
		}
	}
	return errors.Join(t.Close(), z.Close())
}

func addMember(t *tar.Writer, folder string, at time.Time, m Member) error {
	head := &tar.Header{Name: folder + "/" + m.Name, Mode: 0o600, Size: int64(len(m.Data)), ModTime: at, Format: tar.FormatPAX}
	if m.From != nil {
		head.Size = m.From.Size()
		return addFrom(t, head, m.From)
	}
	if m.Path == "" {
		if err := t.WriteHeader(head); err != nil {
			return err
		}
		_, err := t.Write(m.Data)
		return err
	}
	f, err := os.Open(m.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	head.Size = info.Size() // the file may be growing: what is appended later is not part of the bundle
	return addFrom(t, head, f)
}

func addFrom(t *tar.Writer, head *tar.Header, r io.Reader) error {
	if err := t.WriteHeader(head); err != nil {
		return err
	}
	_, err := io.CopyN(t, r, head.Size)
	return err
}
