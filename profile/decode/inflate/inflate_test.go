package inflate

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/klauspost/compress/gzip"
	"pgregory.net/rapid"
)

// pack packs data at a level of package flate.
func pack(t interface{ Fatal(...any) }, data []byte, level int) []byte {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, level)
	if err == nil {
		_, err = w.Write(data)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// unpack unpacks a stream with package flate, up to a size. read is the number of
// bytes of packed that it has read.
func unpack(packed []byte, size int) (data []byte, read int, err error) {
	in := bytes.NewReader(packed)
	data, err = io.ReadAll(io.LimitReader(flate.NewReader(in), int64(size)+1))
	return data, len(packed) - in.Len(), err
}

// compare compares what an inflater reads with what package flate reads.
func compare(t interface{ Errorf(string, ...any) }, x *Inflater, packed []byte, size int) {
	want, read, wantErr := unpack(packed, size)
	dst := make([]byte, size)
	n, used, err := x.Inflate(dst, packed)
	switch {
	case len(want) > size:
		if !errors.Is(err, errShort) {
			t.Errorf("error %v of %d bytes into %d, want ErrShort", err, len(want), size)
		}
	case (err == nil) != (wantErr == nil):
		t.Errorf("error %v, package flate has %v", err, wantErr)
	case err == nil && (!bytes.Equal(dst[:n], want) || used != read):
		t.Errorf("%d bytes of %d that were read, want %d of %d", n, used, len(want), read)
	}
}

// anyData draws data that packs in many ways: noise, repeats near and far, text.
func anyData(t *rapid.T) (data []byte) {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)) //nolint:gosec // the same each time
	for range rapid.IntRange(0, 12).Draw(t, "pieces") {
		n := rapid.SampledFrom([]int{0, 1, 7, 100, 3000, 40_000}).Draw(t, "length")
		switch rapid.IntRange(0, 3).Draw(t, "piece") {
		case 0:
			for range n {
				data = append(data, byte(r.Uint32()))
			}
		case 1:
			data = append(data, bytes.Repeat([]byte{byte(n)}, n)...)
		case 2:
			for range n {
				data = append(data, byte('a'+min(r.ExpFloat64()*4, 100)))
			}
		case 3:
			if back := rapid.IntRange(1, 33_000).Draw(t, "back"); back <= len(data) {
				for range n {
					data = append(data, data[len(data)-back])
				}
			}
		}
	}
	return data
}

func TestInflateEqualsFlate(t *testing.T) {
	var x Inflater
	rapid.Check(t, func(t *rapid.T) {
		data := anyData(t)
		packed := pack(t, data, rapid.SampledFrom([]int{flate.HuffmanOnly, 0, 1, 6, 9}).Draw(t, "level"))
		compare(t, &x, packed, len(data))
		compare(t, &x, packed, max(0, len(data)-1))
		compare(t, &x, append(bytes.Clone(packed), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17), len(data)+300)
		cut := rapid.IntRange(0, len(packed)).Draw(t, "cut")
		compare(t, &x, packed[:cut], len(data))
		damaged := bytes.Clone(packed)
		damaged[rapid.IntRange(0, len(packed)-1).Draw(t, "damaged at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		compare(t, &x, damaged, 2*len(data))
	})
}

func FuzzInflate(f *testing.F) {
	f.Add([]byte{})
	f.Add(pack(f, []byte("hello, hello, hello"), 9))
	f.Add(pack(f, bytes.Repeat([]byte("leaktop "), 100), 1))
	f.Add(pack(f, []byte("stored"), 0))
	f.Fuzz(func(t *testing.T, packed []byte) {
		var x Inflater
		compare(t, &x, packed, 1<<16)
	})
}

func BenchmarkInflate(b *testing.B) {
	for _, file := range []string{"typ_heap_300.pb.gz", "large_heap_060.pb.gz"} {
		stored, err := os.ReadFile("../../testdata/" + file)
		if err != nil {
			b.Fatal(err)
		}
		z, err := gzip.NewReader(bytes.NewReader(stored))
		if err != nil {
			b.Fatal(err)
		}
		data, err := io.ReadAll(z)
		if err != nil {
			b.Fatal(err)
		}
		packed := pack(b, data, flate.DefaultCompression)
		b.Run("leaktop/"+file, func(b *testing.B) {
			var x Inflater
			dst := make([]byte, len(data))
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, _, err := x.Inflate(dst, packed); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
