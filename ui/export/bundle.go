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

// Member is one file of a bundle: Data, or where Path is not empty what is in
// that file by now.
type Member struct {
	Name string
	Data []byte
	Path string
}

// WriteBundle writes members as one .tar.gz, under a folder of its own.
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
	head.Size = info.Size() // it may grow meanwhile: the rest is not of this bundle
	if err := t.WriteHeader(head); err != nil {
		return err
	}
	_, err = io.CopyN(t, f, head.Size)
	return err
}
