package session

import (
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
)

// limitedSource is a source with a history limit of its own.
type limitedSource struct {
	source.Source
	bytes int64
}

func (l limitedSource) HistoryLimit() int64 { return l.bytes }

func TestHistoryHasTheLimitOfTheOptions(t *testing.T) {
	for bytes, want := range map[int64]int64{0: profile.DefaultLimit, 16 << 20: 16 << 20} {
		if got := New(limitedSource{bytes: bytes}).State().History.Usage().Limit; got != want {
			t.Errorf("--history %d: got a limit of %d bytes, want %d", bytes, got, want)
		}
	}
}
