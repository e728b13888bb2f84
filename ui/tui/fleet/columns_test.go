package fleet

import (
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/fleet"
)

func TestCPUColumn(t *testing.T) {
	for used, want := range map[float64]string{0: "", 0.004: "0.4%", 0.257: "26%", 1.5: "150%"} {
		if got := cpuColumn().Cell(&Row{Member: fleet.Member{CPU: used}}).Text; got != want {
			t.Errorf("a CPU use of %g of a core is written %q, want %q", used, got, want)
		}
	}
}

// The live heap is not shown as memory charged against the limit.
func TestMemoryColumn(t *testing.T) {
	for from, want := range map[leak.ChargedFrom]string{leak.FromWorkingSet: "64.0 MiB 50%", leak.FromHeap: ""} {
		r := &Row{memory: leak.Memory{Charged: 64 << 20, Limit: 128 << 20, ChargedFrom: from}}
		if got := memoryColumn().Cell(r).Text; got != want {
			t.Errorf("from the %s: %q, want %q", from, got, want)
		}
	}
}

// The row of a removed pod says in one word why; the reason is in full below the
// table.
func TestGoneRow(t *testing.T) {
	m := fleet.Member{Gone: time.Now(), Removed: "Evicted: The node was low on resource: memory."}
	if got := statusCell(m).Text; got != "Evicted" {
		t.Errorf("the verdict is %q", got)
	}
	if got := describeSituation(m)[0].text; !strings.HasSuffix(got, ": Evicted: The node was low on resource: memory.") {
		t.Errorf("it says %q", got)
	}
	m.Removed = "EvictionByEvictionAPI: Eviction API: evicting"
	if got := statusCell(m).Text; got != "gone" {
		t.Errorf("the verdict is %q", got)
	}
}
