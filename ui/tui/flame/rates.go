package flame

import (
	"slices"

	"github.com/leaktop/leaktop/profile/flame"
	"github.com/leaktop/leaktop/ui/tui"
)

// applyRates gives the rate that the judge measured to frames that hold all that their
// function is blamed for, so that a function has the same rate here as in the verdict.
// Other frames keep their slope.
func applyRates(vc *tui.ViewContext, t *flame.Tree) {
	if t == nil || !vc.IsJudged() {
		return
	}
	blamed := tui.BlameFunctions(vc.Kind, vc.State)
	t.Root.Walk(func(n *flame.Node) bool {
		if b := blamed[n.Func]; b.IsWhole(n.Total) && b.Evaluation.Rate.IsKnown() {
			setRate(n, b.Evaluation.Rate.PerHour/3600)
		}
		return true
	})
}

// setRate sets the growth of a frame, and of the frames above and below it that hold as
// much and grow as fast: they are the same series.
func setRate(n *flame.Node, perSecond float64) {
	slope, total := n.Growth, n.Total
	isSame := func(x *flame.Node) bool { return x.Total == total && x.Growth == slope }
	set := func(x *flame.Node) {
		x.Growth = perSecond
		if x.Self == x.Total {
			x.SelfGrowth = perSecond
		}
	}
	for up := n.Parent; up != nil && isSame(up); up = up.Parent {
		set(up)
	}
	for down := n; ; {
		i := slices.IndexFunc(down.Children, isSame)
		set(down)
		if i < 0 {
			return
		}
		down = down.Children[i]
	}
}
