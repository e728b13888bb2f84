package source

import (
	"strings"
	"testing"

	"github.com/leaktop/leaktop/source/body"
)

// A profile of this process names the Go version that built it, if that Go is installed in a folder with the version in
// its name.
func TestGoVersionOfARealProfile(t *testing.T) {
	s := startServer(t, pprofMux())
	data, err := fetchHeap(t, s.URL, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := body.GoVersion(data); got != "" && !strings.HasPrefix(got, "go1.") {
		t.Errorf("got %q", got)
	}
	if n := plainSize(data); n < int64(len(data)) || n > 64<<20 {
		t.Errorf("profile of %d bytes: got length %d", len(data), n)
	}
}
