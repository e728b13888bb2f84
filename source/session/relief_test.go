package session

import (
	"os"
	"slices"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source/problem"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/memlimit"
)

// stoppable notes which kinds it is told to stop.
type stoppable struct {
	source.Source
	stopped []profile.Kind
}

func (s *stoppable) StopKind(k profile.Kind, _ *problem.Problem) { s.stopped = append(s.stopped, k) }

// shortOfMemory is a session whose memory is as live says, of 1000 bytes, with a
// garbage collection before each look.
func shortOfMemory(src source.Source, live *uint64) *Session {
	w := New(src)
	collections := uint64(0)
	w.known.gauge = &memlimit.Gauge{Read: func() (uint64, uint64, uint64) {
		collections++
		return *live, collections, 1000
	}}
	return w
}

func TestMemoryRunsShort(t *testing.T) {
	heap, err := os.ReadFile("../../profile/testdata/typ_heap_300.pb.gz")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 14, 0, 0, 0, time.UTC)
	src, live := &stoppable{}, uint64(100)
	w := shortOfMemory(src, &live)
	poll := func(k profile.Kind) State {
		at = at.Add(2 * time.Second)
		w.Ingest(source.Capture{Capture: profile.Capture{Kind: k, Time: at, Data: heap}})
		return <-w.Updates()
	}
	if st := poll(profile.Heap); len(st.Diagnostics) > 0 || len(src.stopped) > 0 {
		t.Fatalf("with memory left: diagnostics %q, stopped %v", st.Diagnostics, src.stopped)
	}
	live = 700
	st := poll(profile.Heap)
	if len(st.Diagnostics) != 1 || st.Diagnostics[0].Code != profile.CodeShortMemory || len(src.stopped) > 0 {
		t.Errorf("with little memory left: diagnostics %q, stopped %v", st.Diagnostics, src.stopped)
	}
	live = 900
	st = poll(profile.Heap)
	if len(src.stopped) != 1 || src.stopped[0] != profile.Heap {
		t.Fatalf("with next to no memory left, stopped are %v, want the heap", src.stopped)
	}
	polls := st.Polls
	if st = poll(profile.Heap); st.Polls != polls {
		t.Error("a heap profile was taken in after it was stopped")
	}
	if st.Ended || st.Err != nil || len(st.Heap) == 0 {
		t.Errorf("what was known is gone: ended %v, %v, %d segments", st.Ended, st.Err, len(st.Heap))
	}
	if !slices.Contains(st.Report.Diagnostics, outOfMemory(profile.Heap)) {
		t.Errorf("what is not seen any more is not said: %q", st.Report.Diagnostics)
	}
	if st.Report.Verdict == "steady" {
		t.Error("a watch that ended is called steady")
	}
}

// With nothing left to stop, a session goes on as it is.
func TestMemoryRunsShortOfNothing(t *testing.T) {
	live := uint64(999)
	w := shortOfMemory(&stoppable{}, &live)
	for range 5 {
		w.known.shedMemory()
	}
	if len(w.known.stopped) > 0 {
		t.Errorf("%v were stopped", w.known.stopped)
	}
}
