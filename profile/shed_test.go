package profile

import (
	"testing"
	"time"
)

// Shedding removes detail: the ends of every series are kept, and the values at the remaining times are correct.
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
			t.Fatalf("got %d processes, want only the current one", len(line))
		}
		got := line[0]
		if len(got) > want || len(got) < keepRecent {
			t.Errorf("got %d observations, want at most %d", len(got), want)
		}
		if first, last := got[0].V, got[len(got)-1].V; first != 15 || last != 15+polls-1 {
			t.Errorf("got values from %v to %v, want 15 to %d", first, last, 15+polls-1)
		}
		for _, g := range h.History().Groups(Heap) {
			for _, p := range g.Points {
				want := int64(5)
				if g.Blame.Name == "main.a" {
					want = 10 + int64(p.Time.Since(t0).Seconds()-10)/2
				}
				if p.Objects != want {
					t.Errorf("%s at %v: got %d, want %d", g.Blame.Name, p.Time, p.Objects, want)
				}
			}
		}
	}
	if _, restarts, _ := h.History().Epoch(); restarts != 1 {
		t.Errorf("got %d restarts, want 1", restarts)
	}
	addHeap(t, h, 200, map[string][2]int64{"main.a": {200, 60}, "main.b": {100, 5}})
	if got := h.History().Total(Heap, "inuse_objects")[0]; got[len(got)-1].V != 65 {
		t.Errorf("first value added after shedding: got %v, want 65", got[len(got)-1].V)
	}
}

func TestShedOfNothing(t *testing.T) {
	h := NewHistoryBuilder()
	h.Shed()
	if k := h.LargestKind(); k != "" {
		t.Errorf("empty history: got %s as the largest kind", k)
	}
	addHeap(t, h, 0, map[string][2]int64{"main.a": {1, 1}})
	h.Shed()
	if k := h.LargestKind(); k != Heap {
		t.Errorf("got %s as the largest kind, want heap", k)
	}
	if _, err := h.Add(Capture{Kind: Heap, Time: t0.Add(time.Second), Data: fakeHeap(t, map[string][2]int64{"main.a": {2, 2}})}); err != nil {
		t.Error(err)
	}
}
