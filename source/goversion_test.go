package source

import (
	"strings"
	"testing"

	"github.com/leaktop/leaktop/source/body"
)

// A profile that was written by this process names the Go that built it, where
// that Go is in a place that has the version in its name.
func TestGoVersionOfARealProfile(t *testing.T) {
	s := serve(t, pprofMux())
	data, err := ask(t, s.URL, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := body.GoVersion(data); got != "" && !strings.HasPrefix(got, "go1.") {
		t.Errorf("got %q", got)
	}
	if n := plainSize(data); n < int64(len(data)) || n > 64<<20 {
		t.Errorf("%d bytes are said to hold %d", len(data), n)
	}
}
