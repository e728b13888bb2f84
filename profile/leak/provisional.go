package leak

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/callstack"
	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/profile/trend"
)

// Leader is what grows fastest so far, before there is a verdict.
type Leader struct {
	Kind     Kind
	Function string
	Rate     Rate
	// VerdictIn is the minimum number of seconds until a verdict; 0 if unknown.
	VerdictIn float64
}

// Unit returns the unit of its rate: "bytes" or "goroutines".
func (l Leader) Unit() string {
	if l.Kind == Goroutine {
		return "goroutines"
	}
	return "bytes"
}

// String formats the leader on one line, with its uncertainty.
func (l Leader) String() string {
	low, high := max(0, l.Rate.Low), l.Rate.High
	amount, unit := quantity.BytesRough[float64], ""
	if l.Kind == Goroutine {
		amount, unit = quantity.Count[float64], " goroutines"
	}
	text := profile.ShortName(l.Function) + " is growing fastest so far, +" + amount(low)
	if amount(high) != amount(low) {
		text += " to +" + amount(high)
	}
	text += unit + "/h"
	if l.VerdictIn > 0 {
		text += "; verdict in " + quantity.Seconds(l.VerdictIn)
	}
	return text
}

// WithoutCountdown returns the leader while nothing arrives that could bring the verdict
// closer.
func (l *Leader) WithoutCountdown() *Leader {
	if l == nil || l.VerdictIn == 0 {
		return l
	}
	out := *l
	out.VerdictIn = 0
	return &out
}

// leader returns what grows fastest so far; nil once there is a verdict, or while
// nothing significantly grows. Its evaluation gets the same rate, so that its row shows
// the same number.
func (c *judgment) leader(r Report) *Leader {
	if len(r.Suspects) > 0 || !c.in.isYoung() {
		return nil
	}
	var best *Leader
	var bestKey key
	most := 0.0
	for _, kind := range []Kind{Heap, Goroutine} {
		all, each := c.heap, 1.0
		if kind == Goroutine {
			all, each = c.goroutines, GoroutineBytes
		}
		for _, s := range all {
			k := keyOf(s.group)
			if e := r.evaluations[k]; e.Shape.IsHarmless() || e.Shape == ShapeSteps {
				continue
			}
			if s.group.Blame == nil || len(s.value) < params.polls.min || trend.Span(s.value) < params.polls.shortest/2 {
				continue
			}
			d := trend.Drift(s.atEffectiveTimes(s.value), params.rate.confidence)
			if d.Low <= 0 || math.IsInf(d.High, 0) || d.PerSecond*each <= most {
				continue
			}
			most = d.PerSecond * each
			bestKey, best = k, &Leader{Kind: kind, Function: s.group.Blame.Name, Rate: perHourRate(d, trend.Span(s.value))}
		}
	}
	if best != nil {
		e := r.evaluations[bestKey]
		e.Rate = best.Rate
		r.evaluations[bestKey] = e
		best.VerdictIn = max(0, params.window.min.Seconds()*params.window.nearly-c.in.watchedTime().Seconds())
	}
	return best
}

// onlyCome reports whether goroutines that only ever start, and never end, do so at
// a constant rate, and in such numbers that it is a leak long before a window is
// over.
//
// It is Wald's sequential test (Sequential Analysis, 1947) of two hypotheses about
// each new goroutine: in a leak none ever ends, in a look-alike (a ramp, a burst, a
// long poll) at least a given share of them would have ended by now. Each of n
// starts without an end counts for the leak by 1/(1−share); at n ≥
// ln(1/error)/−ln(1−share) the chance of a false alarm is below error. The constant
// rate, as opposed to a startup phase, is checked by evenness like any other.
func (s *series) onlyCome(g growth) bool {
	if s.isHeap() || s.isOffHeap || s.request || g.window < params.early.after.Seconds()*params.window.nearly {
		return false
	}
	if g.shape != ShapeRising || trend.Drawdown(s.value) > 0 || g.kept < 1 || couldServe(topStack(s.group)) {
		return false
	}
	if g.window < (1-params.onset.late)*trend.Span(s.value) {
		return false // it began late, as when something fails that comes back, see sinceBegan
	}
	e := g.even
	return g.events >= math.Log(1/params.early.maxError)/-math.Log(1-params.early.minGone) &&
		e.KSDistance <= params.early.distance && e.LastQuarter >= params.early.minLast && e.Steps >= params.early.minSteps
}

// servingStacks are the stacks of the service's goroutines that wait for work, and of
// connections. A pool of them that is being filled looks like a leak until it is full,
// so they are judged over a whole window.
var servingStacks = []callstack.Pattern{
	{"runtime.chanrecv", "runtime.chanrecv2", "user"},
	{"runtime.selectgo", "user"},
	{"...", "sync.(*Cond).Wait", "user"},
	{"runtime.netpollblock"},
}

// couldServe reports whether goroutines of a stack could be a pool that is being
// filled.
func couldServe(st *profile.Stack) bool {
	return callstack.MatchesAny(st, servingStacks)
}

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
	a, b := pointsOfWatch(g.Points)[0], g.Points[len(g.Points)-1]
	out = Grown{Kind: Heap, Function: g.Blame.Name, By: b.Value - a.Value, Now: b.Value, Over: b.Time.Sub(a.EffectiveTime())}
	least := params.material.heap / 2
	if g.Kind == profile.Goroutine {
		out.Kind, least = Goroutine, params.material.goroutines
	}
	return out, float64(out.By) >= least
}
