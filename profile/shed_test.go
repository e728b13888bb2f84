package profile

import (
	"testing"
	"time"
)

// What is shed is detail: the ends of every series stay, and the values at the
// times that stay are right.
func TestShed(t *testing.T) {
	h := NewHistoryBuilder()
	addHeap(t, h, 0, map[string][2]int64{"main.gone": {1, 1}})
	h.AddEvent(Event{Time: t0.Add(time.Second), Kind: EventRestart, Text: "restarted"})
	const polls = 40
	for i := range int64(polls) {
		addHeap(t, h, 10+2*int(i), map[string][2]int64{"main.a": {100 + i, 10 + i}, "main.b": {100, 5}})
	}
	for _, want := range []int{polls/2 + keepRecent/2, polls/4 + keepRecent*3/4, keepRecent + 4} {
		h.Shed()
		line := h.History().Total(Heap, "inuse_objects")
		if len(line) != 1 {
			t.Fatalf("%d processes are kept, want the present one", len(line))
		}
		got := line[0]
		if len(got) > want || len(got) < keepRecent {
			t.Errorf("%d observations are kept, want at most %d", len(got), want)
		}
		if first, last := got[0].V, got[len(got)-1].V; first != 15 || last != 15+polls-1 {
			t.Errorf("from %v to %v, want 15 to %d", first, last, 15+polls-1)
		}
		for _, g := range h.History().Groups(Heap) {
			for _, p := range g.Points {
				want := int64(5)
				if g.Blame.Name == "main.a" {
					want = 10 + int64(p.Time.Sub(t0).Seconds()-10)/2
				}
				if p.Objects != want {
					t.Errorf("%s at %v holds %d, want %d", g.Blame.Name, p.Time, p.Objects, want)
				}
			}
		}
	}
	if _, restarts, _ := h.History().Epoch(); restarts != 1 {
		t.Errorf("%d restarts are known, want 1", restarts)
	}
	addHeap(t, h, 200, map[string][2]int64{"main.a": {200, 60}, "main.b": {100, 5}})
	if got := h.History().Total(Heap, "inuse_objects")[0]; got[len(got)-1].V != 65 {
		t.Errorf("after shedding, %v was added, want 65", got[len(got)-1].V)
	}
}

func TestShedOfNothing(t *testing.T) {
	h := NewHistoryBuilder()
	h.Shed()
	if k := h.LargestKind(); k != "" {
		t.Errorf("%s is the largest of nothing", k)
	}
	addHeap(t, h, 0, map[string][2]int64{"main.a": {1, 1}})
	h.Shed()
	if k := h.LargestKind(); k != Heap {
		t.Errorf("%s is the largest, want heap", k)
	}
	if _, err := h.Add(Capture{Kind: Heap, Time: t0.Add(time.Second), Data: fakeHeap(t, map[string][2]int64{"main.a": {2, 2}})}); err != nil {
		t.Error(err)
	}
}
