package profile

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile/memory"
)

// newReplica returns the allocations sampled in one process of a program with many allocation sites. Each process has some
// sites of its own.
func newReplica(name string, made int64) map[string][2]int64 {
	out := map[string][2]int64{}
	for i := range 30 {
		out[fmt.Sprintf("main.f%d", i)] = [2]int64{made, 5}
		out[fmt.Sprintf("main.%s%d", name, i)] = [2]int64{made, 5}
	}
	return out
}

// TestSeveralProcessesInTurn checks that processes behind a load balancer are not taken for restarts, nor a crash loop
// for a load balancer.
func TestSeveralProcessesInTurn(t *testing.T) {
	for _, tt := range []struct {
		name    string
		process func(i int) (name string, made int64)
		want    bool
	}{
		{"one", func(i int) (string, int64) { return "a", int64(10 + i) }, false},
		{"two in turn", func(i int) (string, int64) { return []string{"a", "b"}[i%2], int64(10 + 90*(i%2) + i) }, true},
		{"three, the like at random", func(i int) (string, int64) { return []string{"a", "b", "c"}[i*i*7%11%3], int64(50 + i) }, true},
		{"a rolling update", func(i int) (string, int64) { return []string{"a", "b"}[i/10], int64(10 + i%10) }, false},
		{"back once", func(i int) (string, int64) { return []string{"a", "b", "a"}[i/7], int64(10 + i) }, false},
		{"a crash loop", func(i int) (string, int64) { return fmt.Sprint("p", i/3), int64(10 + i%3) }, false},
		{"a crash loop of like processes", func(i int) (string, int64) { return "p", int64(10 + i%3) }, false},
	} {
		h := NewHistoryBuilder()
		for i := range 20 {
			addHeap(t, h, 2*i, newReplica(tt.process(i)))
		}
		if got := h.History().AlternatesProcesses(); got != tt.want {
			t.Errorf("%s: several %v, want %v; events %v", tt.name, got, tt.want, h.History().Events())
		}
		said := slices.ContainsFunc(h.History().Events(), func(e Event) bool { return e.Text == "a process answers that was seen before" })
		if said != (tt.want || tt.name == "back once") {
			t.Errorf("%s: got events %v", tt.name, h.History().Events())
		}
	}
}

// TestSeveralAreNeverAway checks that if no process responds in between, the first one has ended, however large the
// profile of the next one is.
func TestSeveralAreNeverAway(t *testing.T) {
	for _, away := range []bool{false, true} {
		h := NewHistoryBuilder()
		for i := range 20 {
			if away {
				h.AddEvent(Event{Time: t0.Add(time.Duration(2*i-1) * time.Second), Kind: EventFailed, Text: "refused"})
			}
			addHeap(t, h, 2*i, newReplica([]string{"a", "b"}[i%2], int64(10+90*(i%2)+i)))
		}
		if h.History().AlternatesProcesses() == away {
			t.Errorf("away %v: several %v", away, h.History().AlternatesProcesses())
		}
	}
}

// TestSeveralSeenByTheirMemory checks that signs other than the heap may show the other process first, and that the
// state is reset once only one process responds.
func TestSeveralSeenByTheirMemory(t *testing.T) {
	h := NewHistoryBuilder()
	for i := range 8 {
		at := t0.Add(time.Duration(2*i) * time.Second)
		h.AddFacts(at, Facts{Start: t0.Add(-time.Duration(1+i%2) * time.Hour)})
		h.AddReading(memory.Reading{Time: at, NumGC: uint32(5 + 10*(i%2) + i)})
		addHeap(t, h, 2*i, newReplica([]string{"a", "b"}[i%2], int64(10+90*(i%2)+i)))
	}
	if !h.History().AlternatesProcesses() {
		t.Errorf("the two processes are not detected: %v", h.History().Events())
	}
	addHeap(t, h, 400, newReplica("b", 500))
	if h.History().AlternatesProcesses() {
		t.Error("a single process that keeps responding is still taken for several")
	}
}
