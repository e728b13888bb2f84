package session

import (
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
)

// limited is a source with a limit of its own.
type limited struct {
	source.Source
	bytes int64
}

func (l limited) HistoryLimit() int64 { return l.bytes }

func TestHistoryHasTheLimitOfTheOptions(t *testing.T) {
	for bytes, want := range map[int64]int64{0: profile.DefaultLimit, 16 << 20: 16 << 20} {
		if got := New(limited{bytes: bytes}).State().History.Usage().Limit; got != want {
			t.Errorf("--history %d gives a history of %d bytes, want %d", bytes, got, want)
		}
	}
}
