package profile

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leaktop/leaktop/profile/memory"
)

// answersOf returns everything that a history reports.
func answersOf(h *History) []any {
	tab, _ := h.Rows(Selection{Kind: Heap})
	var rows []Row
	for _, r := range tab.Rows {
		r.Func = nil // differs between histories
		rows = append(rows, r)
	}
	allocs, _ := h.Rows(Selection{Kind: Heap, Type: "alloc_space", By: ByStack})
	var spark [][]float64
	for _, r := range allocs.Rows {
		spark = append(spark, r.Spark)
	}
	var points [][]GroupPoint
	var now [][]int64
	for _, g := range h.Groups(Heap) {
		points, now = append(points, g.Points), append(now, g.Now)
	}
	_, restarts, _ := h.Epoch()
	return []any{
		rows, spark, points, now, h.Total(Heap, "inuse_space"), h.Events(), h.Readings(), h.Facts(), restarts, h.AlternatesProcesses(), h.Baseline(),
		h.Memory(func(r memory.Reading) uint64 { return r.HeapAlloc }),
	}
}

// TestHistoryDoesNotChange takes a history after each step of a watch with restarts, repeats, baselines and enough
// polls for thinning. It reads each history while the builder continues, and again at the end, and compares.
func TestHistoryDoesNotChange(t *testing.T) {
	b := NewHistoryBuilder()
	type moment struct {
		h    *History
		said []any
	}
	var moments []moment
	var readers sync.WaitGroup
	objects := int64(1000)
	for i := range 300 {
		at := t0.Add(time.Duration(i) * 2 * time.Second)
		switch {
		case i%140 == 139:
			objects = 500 // the process was replaced
		case i%7 != 3: // if not, no collection ended
			objects += int64(i%5) * 100
		}
		addHeap(t, b, i*2, map[string][2]int64{"shop.keep": {objects, objects / 2}, "shop.other": {100 + objects/3, 50 + int64(i%2)}})
		b.AddReading(memory.Reading{Time: at, Source: "expvar", NumGC: uint32(i), HeapAlloc: uint64(i) << 20})
		switch i {
		case 50:
			b.SetBaseline(at)
		case 100:
			b.DropBaseline()
		case 120:
			b.AddFacts(at, Facts{Limit: 1 << 30})
		}
		if i%10 == 0 || i%140 == 139 {
			h := b.History()
			moments = append(moments, moment{h, answersOf(h)})
			readers.Go(func() { answersOf(h) }) // for the race detector
		}
	}
	readers.Wait()
	for i, m := range moments {
		if diff := cmp.Diff(m.said, answersOf(m.h)); diff != "" {
			t.Fatalf("history %d of %d changed (-then +now):\n%s", i, len(moments), diff)
		}
	}
	newest, again := b.History(), b.History()
	if a, z := moments[0], moments[len(moments)-1]; cmp.Equal(a.said, z.said) || newest != again {
		t.Error("the first and the last history are equal, or an unchanged builder returns a new history")
	}
	if !slices.ContainsFunc(b.History().Events(), func(e Event) bool { return e.Kind == EventRestart }) {
		t.Error("no restart was detected, so restarts are not tested")
	}
}
