package process

import (
	"debug/buildinfo"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/leaktop/leaktop/profile/plain"
)

// executable identifies the contents of an executable file.
type executable struct {
	device, inode uint64
	changed       time.Time
}

// programs caches the build information of executables, so that a file is read once.
type programs map[executable]*Program // nil for one that is not a Go program

// maxPrograms bounds the executables that are remembered.
const maxPrograms = 4096

// read returns the program of an executable file. It fails with [ErrNotGo], or with why
// the file cannot be read.
func (p programs) read(path string) (Program, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Program{}, err
	}
	key := executable{changed: info.ModTime()}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		key.device, key.inode = uint64(st.Dev), st.Ino //nolint:unconvert // of another type on some platforms
	}
	found, known := p[key]
	if !known {
		f, err := os.Open(path)
		if err != nil {
			return Program{}, err
		}
		found = readProgram(f)
		_ = f.Close()
		if len(p) >= maxPrograms {
			clear(p)
		}
		p[key] = found
	}
	if found == nil {
		return Program{}, ErrNotGo
	}
	return *found, nil
}

// readProgram reads the build information of an executable, nil if it has none. A file
// without the section that the Go linker writes is not searched: it may be large.
func readProgram(f io.ReaderAt) *Program {
	bounded := &boundedReader{file: f, left: maxExecutableRead}
	e, err := elf.NewFile(bounded)
	if err != nil || e.Section(".go.buildinfo") == nil {
		return nil
	}
	info, err := buildinfo.Read(bounded)
	if err != nil {
		return nil
	}
	out := Program{GoVersion: info.GoVersion, Module: info.Main.Path, Version: info.Main.Version}
	if out.Module == "" {
		out.Module = info.Path
	}
	if out.Version == "" || out.Version == "(devel)" {
		out.Version = ""
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				out.Version = s.Value[:min(len(s.Value), 12)]
			}
		}
	}
	out.GoVersion, out.Module, out.Version = plain.Clip(out.GoVersion, 40), plain.Clip(out.Module, 200), plain.Clip(out.Version, 60)
	return &out
}

// maxExecutableRead bounds what is read of an executable, in bytes: the section tables and
// the list of modules.
const maxExecutableRead = 16 << 20

var errTooMuch = errors.New("read executable: its tables are too large")

// boundedReader fails when more than left bytes would be read.
type boundedReader struct {
	file io.ReaderAt
	left int
}

// ReadAt implements [io.ReaderAt].
func (b *boundedReader) ReadAt(p []byte, off int64) (int, error) {
	if len(p) > b.left {
		return 0, errTooMuch
	}
	n, err := b.file.ReadAt(p, off)
	b.left -= n
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("read executable: %w", err)
	}
	return n, err
}
