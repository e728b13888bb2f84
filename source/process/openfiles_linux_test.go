package process

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// closers are closed together.
type closers []io.Closer

func (c closers) Close() error {
	var errs []error
	for _, one := range c {
		errs = append(errs, one.Close())
	}
	return errors.Join(errs...)
}

// TestMostFiles checks that a file opened again and again is named, and that pipes,
// sockets and files in one folder are recognized.
func TestMostFiles(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	one := path("a.zip")
	for name, tt := range map[string]struct {
		open func(i int) (io.Closer, error)
		want string
	}{
		"one file":   {func(int) (io.Closer, error) { return os.Open(one) }, one},
		"one folder": {func(i int) (io.Closer, error) { return os.Open(path(strconv.Itoa(i))) }, "files in " + dir},
		"pipes": {func(int) (io.Closer, error) {
			r, w, err := os.Pipe()
			return closers{r, w}, err
		}, "pipes"},
		"sockets": {func(int) (io.Closer, error) { return net.ListenPacket("udp", "127.0.0.1:0") }, "sockets"},
	} {
		var all []io.Closer
		for i := range manyFiles {
			c, err := tt.open(i)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, c)
		}
		if r, err := Memory(os.Getpid()); err != nil || r.MostFiles != tt.want {
			t.Errorf("%s: got %q, %v; want %q", name, r.MostFiles, err, tt.want)
		}
		for _, c := range all {
			_ = c.Close()
		}
	}
}

// TestOpenFiles counts the descriptors of this process.
func TestOpenFiles(t *testing.T) {
	count := func() uint64 {
		r, err := Memory(os.Getpid())
		if err != nil {
			t.Fatal(err)
		}
		return r.OpenFiles
	}
	before := count()
	for range 100 {
		f, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
	}
	if now := count(); before == 0 || now < before+90 || now > before+110 {
		t.Errorf("%d, with 100 more %d", before, now)
	}
}
