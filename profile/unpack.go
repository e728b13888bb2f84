package profile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/klauspost/compress/gzip"
)

// gunzipAll takes all gzip off a profile: what it returns is not packed.
func gunzipAll(data []byte) ([]byte, error) { return new(unpacker).unpackAll(data) }

// unpacker unpacks profiles, one after another, into memory that it uses again.
type unpacker struct {
	zip     *gzip.Reader
	in      bytes.Reader
	buffers [2][]byte // the one for the next profile, and the one that was kept
}

// keepBuffers makes what was unpacked last outlast the next profile.
func (u *unpacker) keepBuffers() { u.buffers[0], u.buffers[1] = u.buffers[1], u.buffers[0] }

// unpackAll takes all gzip off a profile. The layers share one bound. Memory is taken
// for what is there, so that a profile that unpacks to far too much costs little.
// The result is valid until the next call.
func (u *unpacker) unpackAll(data []byte) ([]byte, error) {
	if len(data) > MaxSize {
		return nil, tooLarge("it has more than %d MB", MaxSize>>20)
	}
	left := MaxSize
	for layer := range maxLayers {
		if !isGzip(data) {
			return data, nil
		}
		var to []byte
		if layer == 0 {
			to = u.buffers[0]
		}
		var err error
		if data, err = u.unpackLayer(data, left, to); err != nil {
			return nil, err
		}
		if layer == 0 {
			u.buffers[0] = data
		}
		left -= len(data)
	}
	if isGzip(data) {
		return nil, tooLarge("it is packed more than %d times", maxLayers)
	}
	return data, nil
}

func isGzip(data []byte) bool { return len(data) >= 2 && data[0] == 0x1f && data[1] == 0x8b }

// openGzip begins to unpack.
func (u *unpacker) openGzip(data []byte) error {
	u.in.Reset(data)
	if u.zip == nil {
		z, err := gzip.NewReader(&u.in)
		if err != nil {
			return fmt.Errorf("unpack: %w", err)
		}
		u.zip = z
		return nil
	}
	if err := u.zip.Reset(&u.in); err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	return nil
}

var errUnpacked = tooLarge("it unpacks to more than %d MB", MaxSize>>20)

// unpackLayer takes one gzip off, of at most so many bytes.
func (u *unpacker) unpackLayer(data []byte, most int, to []byte) ([]byte, error) {
	size := declaredSize(data)
	if size > most {
		return nil, errUnpacked
	}
	// The size that it says may be wrong, or only that of its last member: then
	// the rest is counted before memory is taken.
	to = slices.Grow(to[:0], size)[:size]
	if err := u.openGzip(data); err != nil {
		return nil, err
	}
	n, err := io.ReadFull(u.zip, to)
	if err == nil {
		var more int64
		more, err = io.Copy(io.Discard, io.LimitReader(u.zip, int64(most-n)+1))
		switch {
		case err == nil && int64(n)+more > int64(most):
			return nil, errUnpacked
		case err == nil && more > 0:
			to = slices.Grow(to[:0], n+int(more))[:n+int(more)]
			if err = u.openGzip(data); err == nil {
				_, err = io.ReadFull(u.zip, to)
			}
		}
	}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return nil, fmt.Errorf("unpack: it is cut off (%w)", io.ErrUnexpectedEOF)
	case err != nil:
		return nil, fmt.Errorf("unpack: %w", err)
	}
	return to, nil
}

// maxDeflateRatio is how many times smaller deflate makes bytes at the most.
const maxDeflateRatio = 1032

// declaredSize is how many bytes a gzip file says, in its last four, that it unpacks
// to (RFC 1952, ISIZE): of a whole file with one member it is true.
func declaredSize(data []byte) int {
	if len(data) < 18 {
		return 0
	}
	return min(int(binary.LittleEndian.Uint32(data[len(data)-4:])), maxDeflateRatio*len(data))
}
