package source

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leaktop/leaktop/profile/memory"
)

func TestReadingsCompleteEachOther(t *testing.T) {
	t0 := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	at := func(s int) time.Time { return t0.Add(time.Duration(s) * time.Second) }
	var rs latestReadings
	rs.reset(t0)
	readingAt := func(s int, bytes uint64) (memory.Reading, bool) {
		return rs.keepPushed(memory.Reading{Source: "metrics.k8s.io", Time: at(s), WorkingSet: bytes}, at(s))
	}
	if r, ok := readingAt(1, 7); ok {
		t.Errorf("before the endpoints were polled: got %+v", r)
	}
	got := rs.completeFrom(memory.Reading{Source: "/debug/vars", Time: at(2), Sys: 5})
	want := memory.Reading{Source: "/debug/vars", Time: at(2), Sys: 5, WorkingSet: 7}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("from vars and the working set (-want +got):\n%s", diff)
	}
	r, ok := readingAt(30, 8)
	want = memory.Reading{Source: "metrics.k8s.io", Time: at(30), Sys: 5, WorkingSet: 8}
	if diff := cmp.Diff(want, r); !ok || diff != "" {
		t.Errorf("the next poll is too far away (-want +got):\n%s", diff)
	}
	got = rs.completeFrom(memory.Reading{Source: "/metrics", Time: at(31), RSS: 6})
	want = memory.Reading{Source: "/metrics", Time: at(31), Sys: 5, RSS: 6, WorkingSet: 8}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("from three endpoints (-want +got):\n%s", diff)
	}
	if got = rs.completeFrom(memory.Reading{Source: "/metrics", Time: at(190), RSS: 6}); got.WorkingSet != 0 || got.Sys != 0 {
		t.Errorf("a stale reading was completed with: %+v", got)
	}
	rs.reset(at(200))
	if _, ok := readingAt(205, 9); ok {
		t.Error("an endpoint may still respond")
	}
	if r, ok := readingAt(300, 9); !ok || r.WorkingSet != 9 {
		t.Errorf("no endpoint has responded: %+v", r)
	}
	rs.dropPushed()
	if got = rs.completeFrom(memory.Reading{Source: "/metrics", Time: at(301), RSS: 6}); got.WorkingSet != 0 {
		t.Errorf("the working set of the previous process was used: %+v", got)
	}
}

// If two endpoints report the number of collections, the newer counters complete a pushed reading. The older ones would
// make it look like a restart.
func TestNewestCountersComplete(t *testing.T) {
	t0 := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var rs latestReadings
	rs.reset(t0)
	for i, place := range []string{"heap?debug=1", "/metrics", "/debug/vars"} {
		n := uint32(10 * (i + 1))
		rs.completeFrom(memory.Reading{Source: place, Time: t0.Add(time.Duration(i) * time.Second), NumGC: n, TotalAlloc: uint64(n)})
	}
	for range 50 { // the order of maps is random
		if r, ok := rs.keepPushed(memory.Reading{Source: "/proc/PID/status", RSS: 1}, t0.Add(4*time.Second)); !ok || r.NumGC != 30 || r.TotalAlloc != 30 {
			t.Fatalf("got %d collections and %d bytes, want 30", r.NumGC, r.TotalAlloc)
		}
	}
}

// If no endpoint responds, the link's reading is sent after a while, not only with its next one.
func TestReadingOfLinkAlone(t *testing.T) {
	t0 := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var rs latestReadings
	rs.reset(t0)
	if _, ok := rs.keepPushed(memory.Reading{WorkingSet: 7}, t0.Add(time.Second)); ok {
		t.Error("the first polls may still complete it")
	}
	if _, ok := rs.takeUnsent(t0.Add(2 * time.Second)); ok {
		t.Error("it did not wait")
	}
	if r, ok := rs.takeUnsent(t0.Add(20 * time.Second)); !ok || r.WorkingSet != 7 {
		t.Errorf("got %+v, %t", r, ok)
	}
	if _, ok := rs.takeUnsent(t0.Add(30 * time.Second)); ok {
		t.Error("it is sent twice")
	}
}
