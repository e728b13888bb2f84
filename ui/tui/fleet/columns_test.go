package fleet

import (
	"testing"

	"github.com/leaktop/leaktop/source/fleet"
)

func TestCPUColumn(t *testing.T) {
	for used, want := range map[float64]string{0: "", 0.004: "0.4%", 0.257: "26%", 1.5: "150%"} {
		if got := cpuColumn().Cell(&Row{Member: fleet.Member{CPU: used}}).Text; got != want {
			t.Errorf("a CPU use of %g of a core is written %q, want %q", used, got, want)
		}
	}
}
