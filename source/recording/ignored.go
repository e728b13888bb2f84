package recording

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"slices"

	"github.com/leaktop/leaktop/profile/decode"
	"github.com/leaktop/leaktop/profile/dump"
)

// ignoredFiles are loose files that are not profiles, by reason.
type ignoredFiles struct{ reasons []ignoredReason }

type ignoredReason struct {
	why   string
	names []string // of the first files
	n     int
}

// maxNamed is the maximum number of files with the same reason that have a warning
// each.
const maxNamed = 3

func (f *ignoredFiles) add(name string, why error) {
	i := slices.IndexFunc(f.reasons, func(r ignoredReason) bool { return r.why == why.Error() })
	if i < 0 {
		i = len(f.reasons)
		f.reasons = append(f.reasons, ignoredReason{why: why.Error()})
	}
	reason := &f.reasons[i]
	if reason.n++; reason.n <= maxNamed {
		reason.names = append(reason.names, name)
	}
}

// warn adds a warning for each reason.
func (f *ignoredFiles) warn(r *Recording) {
	for _, x := range f.reasons {
		if x.n > maxNamed {
			r.addWarning("%s and %d other files are ignored: %s.", x.names[0], x.n-1, x.why)
			continue
		}
		for _, name := range x.names {
			r.addWarning("%s is ignored: %s.", name, x.why)
		}
	}
}

// headSize is how much of a file is read to see whether it may be a profile. The text
// before the first goroutine of a dump is shorter.
const headSize = 64 << 10

// read returns the content of a file; only its beginning if it cannot be a profile.
func (f looseFile) read() ([]byte, error) {
	if f.data.size > headSize {
		head, err := f.data.readHead(headSize)
		if err != nil || !mayBegin(head) {
			return head, err
		}
	}
	return f.data.readAll(decode.MaxSize)
}

// mayBegin reports whether a profile, a dump or an archive may begin with head.
func mayBegin(head []byte) bool {
	const sampleType = 1<<3 | 2 // the first field that a profile has
	if len(head) == 0 || head[0] == sampleType || isTar(head) || dump.IsDump(head) || bytes.HasPrefix(head, []byte("goroutine profile:")) {
		return true
	}
	_, err := gzip.NewReader(bytes.NewReader(head))
	return err == nil
}

// readHead returns the first n bytes.
func (b blob) readHead(n int64) ([]byte, error) {
	if b.in != nil {
		data := make([]byte, min(n, b.size))
		_, err := io.ReadFull(io.NewSectionReader(b.in, b.offset, b.size), data)
		return data, err
	}
	f, err := os.Open(b.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, n))
}
