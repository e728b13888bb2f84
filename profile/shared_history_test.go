package profile

import (
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFreshHistoryKnowsTheSameStacks(t *testing.T) {
	h := NewHistoryBuilder()
	var snaps []*Snapshot
	for i, name := range []string{"typ_heap_020.pb.gz", "typ_heap_060.pb.gz", "typ_heap_150.pb.gz"} {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		s, err := h.ParseCapture(Capture{Kind: Heap, Time: time.Unix(int64(100*i+100), 0), Data: data})
		if err != nil {
			t.Fatal(err)
		}
		snaps = append(snaps, s)
		h.AddSnapshot(s)
	}
	back := h.NewSharing()
	for _, s := range snaps[:2] {
		if a := back.AddSnapshot(s); a.Restart || a.Late || a.Repeat {
			t.Errorf("got %+v, want an observation", a)
		}
	}
	rows := func(h *HistoryBuilder) []Row {
		tab, ok := h.History().Rows(Selection{Kind: Heap})
		if !ok {
			t.Fatal("no rows")
		}
		return tab.Rows
	}
	before, now := rows(back), rows(h)
	if len(before) == 0 || len(now) < len(before) {
		t.Fatalf("got %d rows, then %d", len(before), len(now))
	}
	byName := map[string]*Function{}
	for _, r := range now {
		byName[r.Func.Name] = r.Func
	}
	for _, r := range before {
		if f := byName[r.Func.Name]; f != nil && f != r.Func {
			t.Fatalf("%s is two functions", r.Func.Name)
		}
	}
	again := h.NewSharing()
	for _, s := range snaps {
		again.AddSnapshot(s)
	}
	if diff := cmp.Diff(summarizeRows(now), summarizeRows(rows(again))); diff != "" {
		t.Errorf("the same snapshots give different rows (-first +again):\n%s", diff)
	}
}

type nameCum struct {
	Name string
	Cum  int64
}

func summarizeRows(rows []Row) (out []nameCum) {
	for _, r := range rows {
		out = append(out, nameCum{r.Func.Name, r.Cum})
	}
	return out
}
