package profile

import (
	"bytes"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"
)

// kept retains what the test allocates.
var kept [][]byte

// TestChangedRateIsNoRestart polls this process while its sampling rate is raised and lowered. The runtime then scales
// the same counters to other values.
func TestChangedRateIsNoRestart(t *testing.T) {
	before := runtime.MemProfileRate
	t.Cleanup(func() { runtime.MemProfileRate, kept = before, nil })
	for range 20_000 {
		kept = append(kept, make([]byte, 2048))
	}
	h, at := NewHistoryBuilder(), time.Unix(1_800_000_000, 0)
	for i, rate := range []int{before, 4096, before} {
		runtime.MemProfileRate = rate
		runtime.GC()
		runtime.GC()
		var body bytes.Buffer
		if err := pprof.Lookup("heap").WriteTo(&body, 0); err != nil {
			t.Fatal(err)
		}
		a, err := h.Add(Capture{Kind: Heap, Time: at.Add(time.Duration(i) * time.Minute), Data: body.Bytes()})
		if err != nil {
			t.Fatal(err)
		}
		if a.Restart != (i > 0) {
			t.Errorf("poll %d: got comparable %v", i, !a.Restart)
		}
	}
	if _, restarts, reason := h.History().Epoch(); restarts != 0 || !strings.Contains(reason, "from 4096 to 524288 bytes") {
		t.Errorf("got %d restarts, want none; reason %q", restarts, reason)
	}
	events := h.History().Events()
	if n := len(events); n != 2 || !events[0].Rescaled || !events[1].Rescaled {
		t.Errorf("got events %+v", events)
	}
}

// A new process with another sampling rate is a restart.
func TestRestartAtAnotherRate(t *testing.T) {
	st := &store{tracked: make([]int, 2), last: &Snapshot{Kind: Heap, Period: 512 << 10}}
	st.last.SetSamples([]Sample{{RawAlloc: 100}})
	for _, c := range []struct {
		sampled float32
		want    bool
	}{{120, true}, {100, true}, {60, false}} {
		s := &Snapshot{Kind: Heap, Period: 4096}
		s.SetSamples([]Sample{{RawAlloc: c.sampled}})
		if got := st.isRescaled(s); got != c.want {
			t.Errorf("%g objects sampled after 100: got same process %v, want %v", c.sampled, got, c.want)
		}
	}
}
