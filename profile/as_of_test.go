package profile

import (
	"math"
	"testing"
	"time"
)

// TestHeapIsShownLate: where polls repeat a profile, the next one shows what was
// there when that one was new.
func TestHeapIsShownLate(t *testing.T) {
	h := NewHistoryBuilder()
	for _, p := range [][2]int{{0, 10}, {2, 10}, {4, 20}, {6, 30}, {8, 30}, {10, 30}, {12, 40}} {
		addHeap(t, h, p[0], map[string][2]int64{"main.a": {int64(p[1]), int64(p[1])}})
	}
	want := [][2]int{{0, 0}, {4, 0}, {6, 6}, {12, 6}}
	got := h.History().Groups(Heap)[0].Points
	if len(got) != len(want) {
		t.Fatalf("%d points, want %d", len(got), len(want))
	}
	for i, w := range want {
		sec := func(at time.Time) int { return int(at.Sub(t0).Seconds()) }
		if sec(got[i].Time) != w[0] || sec(got[i].AsOf) != w[1] {
			t.Errorf("point %d: seen at %d s, shows %d s; want %v", i, sec(got[i].Time), sec(got[i].AsOf), w)
		}
	}
}

// TestGrowthOfAHeapThatDoubles: a heap that grows by 1 MiB a second is
// collected each time that it doubled. Its growth is that all the same.
func TestGrowthOfAHeapThatDoubles(t *testing.T) {
	h := NewHistoryBuilder()
	for sec := 1; sec <= 130; sec++ {
		shown := int64(1)
		for 4*shown <= int64(sec) { // as of the last collection but one
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
			t.Errorf("%s grows by %.2f MiB/s, want 1", r.Func.Name, g)
		}
	}
}
