// Package body reads what a target responds with, within bounds, and recognizes what
// it is.
package body

import (
	"compress/gzip"
	"fmt"
	"io"
	"strings"

	"github.com/leaktop/leaktop/profile/plain"
)

// TooLargeError reports that a response exceeded a bound.
type TooLargeError struct {
	limit int64 // bytes
	how   string
}

// Error returns the bound.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the response is larger than %d MiB %s", e.limit>>20, e.how)
}

// EncodingError reports that a response has a content encoding that was not
// requested.
type EncodingError struct{ name string }

// Error names the encoding.
func (e *EncodingError) Error() string { return fmt.Sprintf("encoded as %q", plain.Clip(e.name, 20)) }

// Reader reads the body of a response, bounded before and after its content encoding
// is undone. A profile is itself a gzip file and remains one.
type Reader struct {
	io.Reader
	wire     *wireReader
	unpacked *boundedReader // nil if the body is not encoded
}

// NewReader returns a reader of a body with a content encoding. The body may have at most
// maxWire bytes on the wire, and maxContent bytes of content. NewReader calls alive for
// every read that makes progress.
func NewReader(encoding string, r io.Reader, maxWire, maxContent int64, alive func()) (*Reader, error) {
	wire := &wireReader{r: r, limit: maxWire, alive: alive}
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "", "identity":
		return &Reader{Reader: wire, wire: wire}, nil
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(wire)
		if err != nil {
			return nil, fmt.Errorf("unpack: %w", err)
		}
		unpacked := &boundedReader{r: z, left: maxContent, limit: maxContent}
		return &Reader{Reader: unpacked, wire: wire, unpacked: unpacked}, nil
	}
	return nil, &EncodingError{encoding}
}

// Size is the number of bytes of the content that have been read.
func (r *Reader) Size() int64 {
	if r.unpacked != nil {
		return r.unpacked.limit - r.unpacked.left
	}
	return r.wire.n
}

// wireReader counts and bounds the bytes of a body as they arrive.
type wireReader struct {
	r     io.Reader
	n     int64
	limit int64
	alive func()
}

// Read reads, and fails beyond the limit.
func (w *wireReader) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	w.n += int64(n)
	if n > 0 {
		w.alive()
	}
	if w.n > w.limit {
		return 0, &TooLargeError{w.limit, "on the wire"}
	}
	return n, err
}

// boundedReader is like io.LimitedReader, but fails if there is more to read.
type boundedReader struct {
	r           io.Reader
	left, limit int64
}

// Read reads, and fails beyond the limit.
func (b *boundedReader) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return 0, &TooLargeError{b.limit, "unpacked"}
	}
	return n, err
}
