package decode

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"runtime"
	"testing"
)

// member returns a gzip file that unpacks to size bytes.
func member(t *testing.T, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(bytes.Repeat([]byte{7}, size)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// named returns a gzip file with a name and a comment.
func named(t *testing.T, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Name, z.Comment = "heap", "a comment"
	if _, err := z.Write(bytes.Repeat([]byte{7}, size)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestUnpack(t *testing.T) {
	one := member(t, 5000)
	lying := bytes.Clone(one)
	lying[len(lying)-4] ^= 1
	flipped := bytes.Clone(one)
	flipped[len(flipped)-8] ^= 1 // the checksum
	for name, tt := range map[string]struct {
		data []byte
		size int
		want error
	}{
		"one member":      {one, 5000, nil},
		"two members":     {append(bytes.Clone(one), member(t, 70)...), 5070, nil},
		"an empty second": {append(bytes.Clone(one), member(t, 0)...), 5000, nil},
		"empty":           {member(t, 0), 0, nil},
		"of a file":       {named(t, 5000), 5000, nil},
		"then zeros":      {append(bytes.Clone(one), make([]byte, 20)...), 0, gzip.ErrHeader},
		"cut":             {one[:len(one)-9], 0, io.ErrUnexpectedEOF},
		"a wrong size":    {lying, 0, gzip.ErrChecksum},
		"a wrong sum":     {flipped, 0, gzip.ErrChecksum},
	} {
		got, err := Unpack(tt.data)
		if len(got) != tt.size || !errors.Is(err, tt.want) {
			t.Errorf("%s: %d bytes, %v; want %d, %v", name, len(got), err, tt.size, tt.want)
		}
	}
}

// TestABombTakesNoMemory checks decompression bombs that state their size and bombs
// that do not.
func TestABombTakesNoMemory(t *testing.T) {
	bomb := member(t, MaxSize+1)
	for _, data := range [][]byte{bomb, append(bytes.Clone(bomb), member(t, 1)...)} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Unpack(data)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, ErrTooLarge) {
			t.Errorf("it is %v, want too large", err)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 2<<20 {
			t.Errorf("%d KiB were taken to refuse it", took>>10)
		}
	}
}
