package profile

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// unpack takes the gzip off a profile. Memory is taken once and for what is
// there, so that one that unpacks to far too much costs none.
func unpack(data []byte) ([]byte, error) {
	if len(data) < 2 || data[0] != 0x1f || data[1] != 0x8b {
		if len(data) > maxUnpacked {
			return nil, ErrTooLarge
		}
		return data, nil
	}
	size := saidSize(data)
	if size <= maxUnpacked {
		out, err := unpackOf(data, size)
		if !errors.Is(err, errMore) {
			return out, err
		}
	}
	// Several members, or a wrong size: the first time only to count.
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	n, err := io.Copy(io.Discard, io.LimitReader(z, maxUnpacked+1))
	switch {
	case n > maxUnpacked:
		return nil, ErrTooLarge
	case err != nil:
		return nil, fmt.Errorf("unpack: %w", err)
	}
	return unpackOf(data, n)
}

var errMore = errors.New("there is more than that")

// unpackOf unpacks so many bytes.
func unpackOf(data []byte, size int64) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	out := make([]byte, size)
	switch _, err := io.ReadFull(z, out); {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return nil, fmt.Errorf("unpack: it is cut off (%w)", io.ErrUnexpectedEOF)
	case err != nil:
		return nil, fmt.Errorf("unpack: %w", err)
	}
	switch n, err := z.Read(make([]byte, 1)); {
	case n > 0:
		return nil, errMore
	case !errors.Is(err, io.EOF): // only here is the sum checked
		return nil, fmt.Errorf("unpack: %w", err)
	}
	return out, nil
}

// bestDeflate is how many times smaller deflate makes bytes at the most.
const bestDeflate = 1032

// saidSize is how many bytes a gzip file says, in its last four, that it unpacks
// to (RFC 1952, ISIZE): of a whole file with one member it is true.
func saidSize(data []byte) int64 {
	if len(data) < 18 {
		return 0
	}
	return min(int64(binary.LittleEndian.Uint32(data[len(data)-4:])), bestDeflate*int64(len(data)))
}
