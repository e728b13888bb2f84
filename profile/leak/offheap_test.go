package leak

import (
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile/memory"
)

// TestOffHeapAskedForRarely is a leak by mmap where the peak of the resident
// memory comes every 30 s, beside the runtime's own numbers every 2 s, and the
// same after it has stopped.
func TestOffHeapAskedForRarely(t *testing.T) {
	look := func(ends float64) Verdict {
		in := Input{Start: began}
		for s := 0.0; s <= 240; s += 2 {
			asked := min(float64(int(s/30)*30), ends)
			in.Now = at(s)
			in.Memory = append(in.Memory, memory.Reading{
				Time: in.Now, HeapAlloc: 10 << 20, Sys: 30 << 20, MaxRSS: uint64(34<<20 + 512<<10*asked),
			})
		}
		r := Judge(in)
		if len(r.Suspects) == 0 {
			return Steady
		}
		return r.Verdict
	}
	if v := look(1000); v != Leaks {
		t.Errorf("a leak that goes on is %q", v)
	}
	if v := look(100); v == Leaks {
		t.Errorf("what stopped after 100 s is a leak after %v", 240*time.Second)
	}
}
