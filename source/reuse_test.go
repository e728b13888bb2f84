package source

import (
	"bytes"
	"testing"
)

// TestBodiesShareMemory checks that bodies of similar sizes are read into the same memory,
// and that the memory of a large one is released.
func TestBodiesShareMemory(t *testing.T) {
	const size = 1 << 20
	var buffer []byte
	read := func(n int) []byte {
		t.Helper()
		want := bytes.Repeat([]byte{byte(n)}, n)
		got, err := readBody(bytes.NewReader(want), buffer)
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("read %d bytes of %d, %v", len(got), n, err)
		}
		buffer = bufferLike(got)
		return got
	}
	read(size)
	first := read(size)
	if again := read(size + size/32); &again[0] != &first[0] {
		t.Error("a body that is a little larger is not read into the same memory")
	}
	read(4 * size)
	read(size)
	if cap(buffer) > size+size/8 {
		t.Errorf("%d bytes stay in memory for bodies of %d", cap(buffer), size)
	}
	read(maxReused)
	if buffer != nil {
		t.Errorf("%d bytes stay in memory after a very large body", cap(buffer))
	}
}
