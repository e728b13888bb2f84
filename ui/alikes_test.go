package ui

import (
	"bytes"
	"context"
	"runtime"
	"runtime/pprof"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
)

// busy is a source that profiles this process every 5 s. The process acts as a service whose load grows: what it
// allocates and frees grows in proportion to what it holds.
type busy struct{ files }

func (busy) Watch(_ context.Context, send func(source.Message)) error {
	var kept [][]byte
	for i := range 24 {
		kept = append(kept, sell(2*i))
		runtime.GC()
		var b bytes.Buffer
		if err := pprof.Lookup("heap").WriteTo(&b, 0); err != nil {
			return err
		}
		send(source.Capture{Capture: profile.Capture{Kind: profile.Heap, Time: time.Date(2026, 3, 1, 12, 0, 5*i, 0, time.UTC), Data: b.Bytes()}})
	}
	runtime.KeepAlive(kept)
	return nil
}

//go:noinline
func sell(n int) (last []byte) {
	for range n + 1 {
		last = make([]byte, 2<<20) // so large that the profile has each
	}
	return last
}

// Growth that follows the load is described as that under the charts, not as a leak.
func TestFollowingTheLoadIsSaid(t *testing.T) {
	s := newScreen(t, busy{}, 120, 36)
	s.wants("◐ watching", "ui.sell: may follow the load: it frees ", "ui.sell", "load")
}
