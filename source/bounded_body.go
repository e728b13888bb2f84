package source

import (
	"compress/gzip"
	"fmt"
	"io"
	"strings"
)

// tooLargeError reports that a response exceeded a bound.
type tooLargeError struct {
	limit int64 // bytes
	how   string
}

func (e *tooLargeError) Error() string {
	return fmt.Sprintf("the response is larger than %d MiB %s", e.limit>>20, e.how)
}

// encodingError reports that a response has a content encoding that was not
// requested.
type encodingError struct{ name string }

func (e *encodingError) Error() string { return fmt.Sprintf("packed as %q", cleanText(e.name, 20)) }

// wireReader counts and bounds the bytes of a body as they arrive. It calls alive
// for every read that makes progress.
type wireReader struct {
	r     io.Reader
	n     int64
	limit int64
	alive func()
}

func (w *wireReader) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	w.n += int64(n)
	if n > 0 {
		w.alive()
	}
	if w.n > w.limit {
		return 0, &tooLargeError{w.limit, "on the wire"}
	}
	return n, err
}

// decompress decodes the content encoding of a body and bounds the result. A profile
// is itself a gzip file and remains one.
func decompress(encoding string, r io.Reader, most int64) (io.Reader, error) {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "", "identity":
		return r, nil
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, fmt.Errorf("unpack: %w", err)
		}
		return &boundedReader{r: z, left: most, limit: most}, nil
	}
	return nil, &encodingError{encoding}
}

// boundedReader is like io.LimitedReader, but fails if there is more to read.
type boundedReader struct {
	r           io.Reader
	left, limit int64
}

func (b *boundedReader) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return 0, &tooLargeError{b.limit, "unpacked"}
	}
	return n, err
}
