package decode

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"time"

	"github.com/klauspost/compress/gzip"
)

// ErrNotProto reports that a profile is not in protobuf, which stores require.
var ErrNotProto = errors.New("it is not in pprof's protobuf format")

// SetTime returns a profile in protobuf, gzipped, with another time: stores order profiles
// by it.
func SetTime(data []byte, at time.Time) ([]byte, error) {
	data, err := Unpack(data)
	if err != nil {
		return nil, err
	}
	if _, err := scanHeader(data); err != nil {
		return nil, ErrNotProto
	}
	var buf bytes.Buffer
	z, err := gzip.NewWriterLevel(&buf, gzip.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("set the time of a profile: %w", err)
	}
	for len(data) > 0 {
		f, rest, ok := cutField(data)
		if !ok {
			return nil, ErrNotProto
		}
		if f.number != FieldTimeNanos {
			_, err = z.Write(data[:len(data)-len(rest)])
		}
		data = rest
	}
	_, werr := z.Write(binary.AppendUvarint([]byte{FieldTimeNanos<<3 | wireVarint}, uint64(at.UnixNano())))
	if err = errors.Join(err, werr, z.Close()); err != nil {
		return nil, fmt.Errorf("set the time of a profile: %w", err)
	}
	return buf.Bytes(), nil
}

// ContentHash returns a hash of a profile in protobuf without its time and duration: it is
// the same for polls between which no collection ended. Hashes with different seeds
// differ.
func ContentHash(data []byte, seed maphash.Seed) (uint64, error) {
	data, err := Unpack(data)
	if err != nil {
		return 0, err
	}
	var h maphash.Hash
	h.SetSeed(seed)
	for len(data) > 0 {
		f, rest, ok := cutField(data)
		if !ok {
			return 0, ErrNotProto
		}
		if f.number != FieldTimeNanos && f.number != FieldDuration {
			_, _ = h.Write(data[:len(data)-len(rest)])
		}
		data = rest
	}
	return h.Sum64(), nil
}
