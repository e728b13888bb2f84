package leak

import (
	"fmt"
	"math"
	"slices"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/profile/trend"
)

// stackDetector finds memory of goroutine stacks that grows while the number of
// goroutines does not: recursion that goes ever deeper. A stack doubles when it is
// full, so that of one goroutine grows in steps, like one growing object.
type stackDetector struct{}

func (stackDetector) findLeaks(c *judgment) []*finding {
	s := c.stackSeries()
	if s == nil {
		return nil
	}
	g := s.judgeStanding(c.in.Moments)
	isObject := false
	if f, ok := fillOfStack(s); g.shape != ShapeSuspect && ok {
		g, isObject = f, true
	}
	if g.shape != ShapeSuspect {
		c.stacks = stillRises(s, g)
		return nil
	}
	return []*finding{{kind: Stacks, series: s, growth: g, own: g.rate, object: isObject, confidence: High}}
}

// stackSeries returns the memory of stacks over time, blamed on the function that
// recurses deepest; nil if it grew too little to matter, or goroutines explain it.
func (c *judgment) stackSeries() *series {
	g := profile.Group{Points: pointsOf(memory.FreshStats(c.in.Memory), func(r memory.Reading) uint64 { return r.StackInuse })}
	n := len(g.Points)
	if n < params.polls.min {
		return nil
	}
	rise, minRise := float64(g.Points[n-1].Value-g.Points[0].Value), params.material.recursion
	if rise < minRise || c.in.goroutinesAdded()*params.stacks.ofGoroutine > rise/2 {
		return nil
	}
	if st, fn := c.in.deepestRecursion(); fn != nil {
		g.Blame, g.Stacks = fn, []*profile.Stack{st}
	} else if minRise = params.material.offHeap; rise < minRise {
		return nil
	}
	s := newSeries(&g, c.origin)
	s.isOffHeap, s.minRise = true, minRise
	return s
}

// joinStacks adds the memory of stacks to the goroutines that increase in number, if they
// are in the recursion: each of them has a deep stack, which need not become deeper.
func joinStacks(c *judgment) {
	all := slices.Clone(c.findings)
	c.findings = slices.DeleteFunc(c.findings, func(f *finding) bool {
		if f.kind != Stacks || f.series.group.Blame == nil {
			return false
		}
		i := slices.IndexFunc(all, func(g *finding) bool {
			return g.kind == Goroutine && g.confidence != Low && g.heaviestStack().Contains(f.series.group.Blame)
		})
		if i >= 0 {
			all[i].holds += f.growth.rate.PerSecond
		}
		return i >= 0
	})
}

// goroutinesAdded returns the increase in the number of all goroutines.
func (in *Input) goroutinesAdded() float64 {
	sum := int64(0)
	for i := range in.Goroutines {
		if p := in.Goroutines[i].Points; len(p) > 0 {
			sum += p[len(p)-1].Value - p[0].Value
		}
	}
	return max(0, float64(sum))
}

// deepestRecursion returns the function that is most often on a single goroutine stack,
// one of the user's if possible; nil if none recurses.
func (in *Input) deepestRecursion() (deepest *profile.Stack, fn *profile.Function) {
	if in.Waiting == nil {
		return nil, nil
	}
	most := params.stacks.minRecursion - 1
	for i := range in.Waiting.Samples() {
		st := in.Waiting.Samples()[i].Stack
		times := map[*profile.Function]int{}
		for _, fr := range st.Frames() {
			times[fr.Func]++
			if n := times[fr.Func]; n > most || n == most && fn != nil && fr.Func.Class > fn.Class {
				most, deepest, fn = n, st, fr.Func
			}
		}
	}
	return deepest, fn
}

// fillOfStack judges the memory of stacks as that of one growing stack.
func fillOfStack(s *series) (g growth, ok bool) {
	f := trend.FindFill(ignoreSmallChanges(s.value, params.fill.minStep), params.fill.minStep)
	if f.Steps < params.fill.minSteps || f.R2 < params.fill.minR2 || f.Span < params.fill.minSpan || f.Rise < s.minRise {
		return g, false
	}
	if f.IsOverdue(s.lastTime(), params.fill.overdue, params.fill.slack) || s.lastTime()-f.From < params.window.min.Seconds()*params.window.nearly {
		return g, false
	}
	g = growth{shape: ShapeSuspect, window: s.lastTime() - f.From, rise: f.Rise, fill: f, kept: 1, floor: trend.Floor(s.value)}
	g.rate = trend.Drift(f.Points, params.rate.confidence)
	if math.IsInf(g.rate.Low, 0) || math.IsInf(g.rate.High, 0) {
		g.rate.Low, g.rate.High = g.rate.PerSecond, g.rate.PerSecond
	}
	return g, true
}

// ignoreSmallChanges leaves out changes by less than a share: those of other stacks.
func ignoreSmallChanges(p []trend.Point, share float64) []trend.Point {
	out := make([]trend.Point, len(p))
	for i, q := range p {
		out[i] = q
		if i > 0 && math.Abs(q.V-out[i-1].V) < share*out[i-1].V {
			out[i].V = out[i-1].V
		}
	}
	return out
}

// stillRises says that the memory of stacks grew and may go on growing; empty if it
// stopped or was given back.
func stillRises(s *series, g growth) string {
	if e := trend.MeasureExtent(s.value); s.value[len(s.value)-1].V < e.High-params.floor.maxDrawdown*(e.High-e.Low) {
		return ""
	}
	if f := trend.FindFill(ignoreSmallChanges(s.value, params.fill.minStep), params.fill.minStep); f.Steps >= 2 && f.IsOverdue(s.lastTime(), params.fill.overdue, params.fill.slack) {
		return ""
	}
	if g.shape.endsGrowth() && quietTime(s.value) > g.window/2 {
		return ""
	}
	return fmt.Sprintf("the memory of goroutine stacks grew by %s, but not yet for long enough to judge it", quantity.BytesRough(s.value[len(s.value)-1].V-s.value[0].V))
}
