package profile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

// unpack takes all gzip off a profile: what it returns is not packed. The layers
// share one bound. Memory is taken for what is there, so that a profile that
// unpacks to far too much costs little.
func unpack(data []byte) ([]byte, error) {
	if len(data) > MaxSize {
		return nil, tooLarge("it has more than %d MB", MaxSize>>20)
	}
	left := MaxSize
	for range maxLayers {
		if !isGzip(data) {
			return data, nil
		}
		var err error
		if data, err = unpackLayer(data, left); err != nil {
			return nil, err
		}
		left -= len(data)
	}
	if isGzip(data) {
		return nil, tooLarge("it is packed more than %d times", maxLayers)
	}
	return data, nil
}

func isGzip(data []byte) bool { return len(data) >= 2 && data[0] == 0x1f && data[1] == 0x8b }

// unpackLayer takes one gzip off, of at most so many bytes.
func unpackLayer(data []byte, most int) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	size := saidSize(data)
	if size > most {
		return nil, errUnpacked
	}
	// The size that it says may be wrong, or only that of its last member: then
	// the rest is counted before memory is taken.
	out := make([]byte, size)
	n, err := io.ReadFull(z, out)
	if err == nil {
		var more int64
		more, err = io.Copy(io.Discard, io.LimitReader(z, int64(most-n)+1))
		switch {
		case err == nil && int64(n)+more > int64(most):
			return nil, errUnpacked
		case err == nil && more > 0:
			return unpackAgain(data, n+int(more))
		}
	}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return nil, fmt.Errorf("unpack: it is cut off (%w)", io.ErrUnexpectedEOF)
	case err != nil:
		return nil, fmt.Errorf("unpack: %w", err)
	}
	return out, nil
}

var errUnpacked = tooLarge("it unpacks to more than %d MB", MaxSize>>20)

// unpackAgain unpacks what is known to be whole and so large.
func unpackAgain(data []byte, size int) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	out := make([]byte, size)
	if _, err := io.ReadFull(z, out); err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	return out, nil
}

// bestDeflate is how many times smaller deflate makes bytes at the most.
const bestDeflate = 1032

// saidSize is how many bytes a gzip file says, in its last four, that it unpacks
// to (RFC 1952, ISIZE): of a whole file with one member it is true.
func saidSize(data []byte) int {
	if len(data) < 18 {
		return 0
	}
	return min(int(binary.LittleEndian.Uint32(data[len(data)-4:])), bestDeflate*len(data))
}
