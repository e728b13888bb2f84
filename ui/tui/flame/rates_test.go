package flame

import (
	"testing"

	"github.com/leaktop/leaktop/profile/flame"
)

// newChain returns frames that call each other, each with a total and a growth.
func newChain(totals, growths []int64) []*flame.Node {
	all := make([]*flame.Node, len(totals))
	for i := range all {
		all[i] = &flame.Node{Total: totals[i], Growth: float64(growths[i]), Depth: i}
		if i > 0 {
			all[i].Parent = all[i-1]
			all[i-1].Children = []*flame.Node{all[i]}
		}
	}
	return all
}

// A rate also applies to callees that hold the same memory, and corrects the growth of
// callers.
func TestSetRates(t *testing.T) {
	all := newChain([]int64{9, 5, 5, 5, 5, 2}, []int64{3, 2, 1, 1, 1, 1})
	all[4].Self = 5
	setRates(all[0], map[*flame.Node]float64{all[3]: 7})
	for i, want := range []float64{9, 8, 7, 7, 7, 1} {
		if got := all[i].Growth; got != want {
			t.Errorf("frame %d: growth %g, want %g", i, got, want)
		}
	}
	if all[4].SelfGrowth != 7 || all[3].SelfGrowth != 0 {
		t.Errorf("the rate of the frame that holds all itself is %g, that of its caller %g", all[4].SelfGrowth, all[3].SelfGrowth)
	}
}

// The root has the rate in the chart's title. No frame that grew no faster than the root
// shows a higher rate because of that, and a frame with a rate of its own keeps it.
func TestSetRatesOfTheRoot(t *testing.T) {
	all := newChain([]int64{9, 8, 8, 5, 4}, []int64{10, 10, 9, 8, 12})
	setRates(all[0], map[*flame.Node]float64{all[0]: 8.5, all[3]: 8})
	for i, want := range []float64{8.5, 8.5, 8.5, 8, 12} {
		if got := all[i].Growth; got != want {
			t.Errorf("frame %d: growth %g, want %g", i, got, want)
		}
	}
}
