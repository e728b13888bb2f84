package profile

import (
	"math"
	"testing"
)

// TestHeapIsShownLate checks that if polls repeat a profile, the next different one shows the heap of the time when the
// repeated one was new.
func TestHeapIsShownLate(t *testing.T) {
	h := NewHistoryBuilder()
	for _, p := range [][2]int{{0, 10}, {2, 10}, {4, 20}, {6, 30}, {8, 30}, {10, 30}, {12, 40}} {
		addHeap(t, h, p[0], map[string][2]int64{"main.a": {int64(p[1]), int64(p[1])}})
	}
	want := [][2]int{{0, 0}, {4, 0}, {6, 6}, {12, 6}}
	got := h.History().Groups(Heap)[0].Points
	if len(got) != len(want) {
		t.Fatalf("got %d points, want %d", len(got), len(want))
	}
	for i, w := range want {
		sec := func(at Instant) int { return int(at.Since(t0).Seconds()) }
		if sec(got[i].Time) != w[0] || sec(got[i].AsOf) != w[1] {
			t.Errorf("point %d: got time %d s, effective time %d s; want %v", i, sec(got[i].Time), sec(got[i].AsOf), w)
		}
	}
}

// TestGrowthOfAHeapThatDoubles checks the growth of a heap that grows by 1 MiB per second and is collected each time it
// has doubled: its growth must still be 1 MiB per second.
func TestGrowthOfAHeapThatDoubles(t *testing.T) {
	h := NewHistoryBuilder()
	for sec := 1; sec <= 130; sec++ {
		shown := int64(1)
		for 4*shown <= int64(sec) { // as of the second-to-last collection
			shown *= 2
		}
		addHeap(t, h, sec, map[string][2]int64{"main.a": {shown, shown}})
	}
	tab, ok := h.History().Rows(Selection{Kind: Heap, Type: "inuse_space", By: ByFunction})
	if !ok || len(tab.Rows) == 0 {
		t.Fatal("no rows")
	}
	for _, r := range tab.Rows {
		if g := r.Growth / (1 << 20); math.Abs(g-1) > 0.1 {
			t.Errorf("growth of %s: got %.2f MiB/s, want 1", r.Func.Name, g)
		}
	}
}
