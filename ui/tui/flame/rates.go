package flame

import (
	"github.com/leaktop/leaktop/profile/flame"
	"github.com/leaktop/leaktop/ui/tui"
)

// applyRates gives the rate that the judge measured to frames that hold all that their
// function is blamed for, and the rate in the title of the chart to the root, so that each
// has the same rate here as elsewhere. Other frames keep their slope, corrected by what
// this changes below them.
func applyRates(vc *tui.ViewContext, t *flame.Tree) {
	if t == nil || !vc.IsJudged() {
		return
	}
	blamed, known := tui.BlameFunctions(vc.Kind, vc.State), map[*flame.Node]float64{}
	t.Root.Walk(func(n *flame.Node) bool {
		if b := blamed[n.Func]; b.IsWhole(n.Total) && b.Evaluation.Rate.IsKnown() {
			known[n] = b.Evaluation.Rate.PerHour / 3600
		}
		return true
	})
	if perHour, ok := vc.State.GrowthPerHour(vc.Kind, vc.Span()); ok {
		known[t.Root] = perHour / 3600
	}
	setRates(t.Root, known)
}

// setRates sets the growth of frames to their known rates, and corrects that of the callers
// by the difference, since their values are sums. It returns by how much n changed.
func setRates(n *flame.Node, known map[*flame.Node]float64) (change float64) {
	before := n.Growth
	for _, c := range n.Children {
		n.Growth += setRates(c, known)
	}
	if rate, ok := known[n]; ok {
		corrected := n.Growth
		setRate(n, rate)
		followCaller(n, corrected, known)
	}
	return n.Growth - before
}

// followCaller gives frames below n its rate, which was another one before: those that are
// the same series, and those that would otherwise grow faster than n, but did not before.
func followCaller(n *flame.Node, before float64, known map[*flame.Node]float64) {
	for _, c := range n.Children {
		if _, ok := known[c]; ok {
			continue
		}
		isSame := c.Total == n.Total && c.Growth == before
		if isFaster := c.Growth > n.Growth && c.Growth <= before; isSame || isFaster {
			old := c.Growth
			setRate(c, n.Growth)
			followCaller(c, old, known)
		}
	}
}

func setRate(n *flame.Node, perSecond float64) {
	n.Growth = perSecond
	if n.Self == n.Total {
		n.SelfGrowth = perSecond
	}
}
