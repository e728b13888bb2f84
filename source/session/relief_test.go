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

// stoppable records which kinds it was told to stop.
type stoppable struct {
	source.Source
	stopped []profile.Kind
}

func (s *stoppable) StopKind(k profile.Kind, _ *problem.Problem) { s.stopped = append(s.stopped, k) }

// shortOfMemory returns a session that uses *live bytes of 1000, and collects garbage before each measurement.
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
		t.Fatalf("with memory left: got diagnostics %q, stopped %v", st.Diagnostics, src.stopped)
	}
	live = 700
	st := poll(profile.Heap)
	if len(st.Diagnostics) != 1 || st.Diagnostics[0].Code != profile.CodeShortMemory || len(src.stopped) > 0 {
		t.Errorf("with little memory left: got diagnostics %q, stopped %v", st.Diagnostics, src.stopped)
	}
	live = 900
	st = poll(profile.Heap)
	if len(src.stopped) != 1 || src.stopped[0] != profile.Heap {
		t.Fatalf("with hardly any memory left: got stopped kinds %v, want the heap", src.stopped)
	}
	polls := st.Polls
	if st = poll(profile.Heap); st.Polls != polls {
		t.Error("a heap profile was ingested after heap was stopped")
	}
	if st.Ended || st.Err != nil || len(st.Heap) == 0 {
		t.Errorf("the earlier data was dropped: ended %v, error %v, %d segments", st.Ended, st.Err, len(st.Heap))
	}
	if !slices.Contains(st.Report.Diagnostics, outOfMemory(profile.Heap)) {
		t.Errorf("no diagnostic names the kind that is no longer polled: %q", st.Report.Diagnostics)
	}
	if st.Report.Verdict == "steady" {
		t.Error("a watch that lacks the heap is called steady")
	}
}

// With nothing left to stop, a session continues unchanged.
func TestMemoryRunsShortOfNothing(t *testing.T) {
	live := uint64(999)
	w := shortOfMemory(&stoppable{}, &live)
	for range 5 {
		w.known.shedMemory()
	}
	if len(w.known.stopped) > 0 {
		t.Errorf("got stopped kinds %v", w.known.stopped)
	}
}
