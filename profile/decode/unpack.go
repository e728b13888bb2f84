package decode

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"

	"github.com/klauspost/compress/gzip"

	"github.com/leaktop/leaktop/profile/decode/inflate"
)

// Unpack removes all layers of gzip from a profile.
func Unpack(data []byte) ([]byte, error) { return new(unpacker).unpackAll(data) }

// unpacker unpacks profiles, one after another, into memory that it reuses.
type unpacker struct {
	inflater inflate.Inflater
	zip      *gzip.Reader // for what is not as usual
	in       bytes.Reader
	buffer   []byte // for the next profile
}

// unpackAll removes all layers of gzip from a profile. The layers share one bound.
// Memory is allocated only for data that exists, so that a decompression bomb costs
// little. The result is valid until the next call.
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
			to = u.buffer
		}
		var err error
		if data, err = u.unpackLayer(data, left, to); err != nil {
			return nil, err
		}
		if layer == 0 {
			u.buffer = data
		}
		left -= len(data)
	}
	if isGzip(data) {
		return nil, tooLarge("it is compressed more than %d times over", maxLayers)
	}
	return data, nil
}

func isGzip(data []byte) bool { return len(data) >= 2 && data[0] == 0x1f && data[1] == 0x8b }

// openGzip starts to unpack.
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

// unpackLayer removes one layer of gzip, which may have at most maxSize bytes below it.
func (u *unpacker) unpackLayer(data []byte, maxSize int, to []byte) ([]byte, error) {
	size := declaredSize(data)
	if size > maxSize {
		return nil, errUnpacked
	}
	// The declared size may be wrong, or only that of its last member: the rest is
	// counted before memory is allocated.
	to = slices.Grow(to[:0], size)[:size]
	if u.inflateMember(to, data) {
		return to, nil
	}
	if err := u.openGzip(data); err != nil {
		return nil, err
	}
	n, err := io.ReadFull(u.zip, to)
	if err == nil {
		var more int64
		more, err = io.Copy(io.Discard, io.LimitReader(u.zip, int64(maxSize-n)+1))
		switch {
		case err == nil && int64(n)+more > int64(maxSize):
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

// The fixed parts of a gzip file (RFC 1952).
const (
	gzipHead  = 10 // bytes, if there are no flags
	gzipTail  = 8  // bytes: the check sum and the size
	gzipFlags = 3  // the index of the flags
	deflated  = 8  // the only method that there is
)

// inflateMember unpacks a file with one member and a plain header, as services write
// it, into to, which has the declared size. It returns false if the file is of any
// other kind, or damaged.
func (u *unpacker) inflateMember(to, data []byte) bool {
	if len(data) < gzipHead+gzipTail || data[2] != deflated || data[gzipFlags] != 0 {
		return false
	}
	tail := len(data) - gzipTail
	written, read, err := u.inflater.Inflate(to, data[gzipHead:tail])
	return err == nil && written == len(to) && read == tail-gzipHead &&
		crc32.ChecksumIEEE(to) == binary.LittleEndian.Uint32(data[tail:])
}

// maxDeflateRatio is the maximum compression ratio of deflate.
const maxDeflateRatio = 1032

// declaredSize returns the unpacked size in bytes that a gzip file declares in its
// last four bytes (RFC 1952, ISIZE): it is true of a whole file with one member.
func declaredSize(data []byte) int {
	if len(data) < 18 {
		return 0
	}
	return min(int(binary.LittleEndian.Uint32(data[len(data)-4:])), maxDeflateRatio*len(data))
}
