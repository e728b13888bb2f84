package profile

import (
	"testing"
	"time"
)

// TestOldStacksAreThinned watches a heap for 40 minutes. Of the last minutes every
// observation keeps the values by stack; of those before, those that tables are made of.
// Moments are compared by them.
func TestOldStacksAreThinned(t *testing.T) {
	h := NewHistoryBuilder()
	const minutes = 40
	for i := range int64(minutes * 30) {
		addHeap(t, h, int(2*i), map[string][2]int64{"main.a": {10 + i, 10 + i}, "main.b": {i, i % 7}})
	}
	st := h.currentEpoch().stores[Heap]
	newest := st.obs[len(st.obs)-1].time
	old := 0
	for _, o := range st.obs {
		switch {
		case newest.Sub(o.time) <= fineStacks && o.stacks == nil:
			t.Errorf("the observation of %v before the newest has no values by stack", newest.Sub(o.time))
		case newest.Sub(o.time) > fineStacks && o.stacks != nil:
			old++
		}
	}
	if most := minutes/2 + 8; old > most || old < minutes/2-4 {
		t.Errorf("%d old observations have the values by stack, want about %d", old, minutes/2)
	}
	from, to := t0.Add(10*time.Minute+50*time.Second), t0.Add(30*time.Minute+50*time.Second)
	diff, ok := h.History().Between(from, to)
	if !ok {
		t.Fatal("the moments cannot be compared")
	}
	rows, _ := diff.Rows(Selection{Kind: Heap, By: ByFunction, Baseline: true})
	for _, r := range rows.Rows {
		// Both moments fall on the second of two minutes.
		if want := int64(20*30) << 20; r.Func.Name == "main.a" && (r.Flat < want*9/10 || r.Flat > want*11/10) {
			t.Errorf("main.a holds %d MiB more, want about %d", r.Flat>>20, want>>20)
		}
	}
	if len(rows.Rows) == 0 {
		t.Error("the table is empty")
	}
	h.Shed()
	kept := 0
	for _, o := range h.currentEpoch().stores[Heap].obs {
		if o.stacks != nil {
			kept++
		}
	}
	if kept < old/2 {
		t.Errorf("after shedding, %d observations have the values by stack; %d old ones had", kept, old)
	}
}
