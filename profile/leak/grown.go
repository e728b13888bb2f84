package leak

import (
	"cmp"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// Grown is the increase of one group from the beginning to the end, without a
// verdict on it yet.
type Grown struct {
	Kind     Kind
	Function string
	By, Now  int64 // bytes or goroutines
	Over     time.Duration
	// IsYoung means that the growth may become a leak: it is too early to tell.
	IsYoung bool
}

// listGrown returns the groups that grew without a verdict: all of them while it is
// undecided, or, if leaks were found, those that may become one and are not held by them.
func (c *judgment) listGrown(r Report) []Grown {
	in := &c.in
	if r.Verdict == Steady {
		return nil
	}
	var out []Grown
	for _, groups := range [][]profile.Group{in.Heap, in.Goroutines} {
		for i := range groups {
			e := r.evaluations[keyOf(&groups[i])]
			if r.Verdict == Leaks && !e.Shape.IsUndecided() || c.held[keyOf(&groups[i])] || in.ignoresGroup(&groups[i]) {
				continue
			}
			if g, ok := grownOf(&groups[i]); ok {
				g.IsYoung = e.Shape.IsUndecided()
				out = append(out, g)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Grown) int { return cmp.Compare(b.rankWeight(), a.rankWeight()) })
	return out
}

func (g Grown) rankWeight() int64 {
	if g.Kind == Goroutine {
		return g.By * GoroutineBytes
	}
	return g.By
}

// grownOf returns the growth of a group, or false if it is not worth a line: less
// than half of what matters to the verdict.
func grownOf(g *profile.Group) (out Grown, ok bool) {
	if len(g.Points) < 2 || g.Blame == nil {
		return out, false
	}
	a, b := g.Points[0], g.Points[len(g.Points)-1]
	out = Grown{Kind: Heap, Function: g.Blame.Name, By: b.Value - a.Value, Now: b.Value, Over: b.Time.Sub(a.Time)}
	least := params.material.heap / 2
	if g.Kind == profile.Goroutine {
		out.Kind, least = Goroutine, params.material.goroutines
	}
	return out, float64(out.By) >= least
}
