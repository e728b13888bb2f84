package process

import (
	"os"
	"testing"
)

// TestOpenFiles counts the descriptors of this process.
func TestOpenFiles(t *testing.T) {
	count := func() uint64 {
		r, err := Memory(os.Getpid())
		if err != nil {
			t.Fatal(err)
		}
		return r.OpenFiles
	}
	before := count()
	for range 100 {
		f, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
	}
	if now := count(); before == 0 || now < before+90 || now > before+110 {
		t.Errorf("%d, with 100 more %d", before, now)
	}
}
