package simulated

import (
	"bytes"
	"compress/gzip"
	"sync"

	"github.com/google/pprof/profile"
)

// packers compress as the runtime does: for speed. Each holds more than a megabyte.
var packers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // it is a valid level
	}
	return z
}}

// pack encodes a profile and compresses it.
func pack(p *profile.Profile) ([]byte, error) {
	var buf bytes.Buffer
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(&buf)
	if err := p.WriteUncompressed(z); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}
