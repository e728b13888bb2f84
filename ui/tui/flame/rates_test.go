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

// A rate goes to the callers and callees that hold the same, and no further.
func TestSetRate(t *testing.T) {
	all := newChain([]int64{9, 5, 5, 5, 5, 2}, []int64{3, 2, 1, 1, 1, 1})
	all[4].Self = 5
	setRate(all[3], 7)
	want := []float64{3, 2, 7, 7, 7, 1}
	for i, n := range all {
		if n.Growth != want[i] {
			t.Errorf("frame %d: growth %g, want %g", i, n.Growth, want[i])
		}
	}
	if all[4].SelfGrowth != 7 || all[3].SelfGrowth != 0 {
		t.Errorf("the rate of the frame that holds all itself is %g, that of its caller %g", all[4].SelfGrowth, all[3].SelfGrowth)
	}
}
