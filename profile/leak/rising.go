package leak

import (
	"fmt"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/trend"
)

// The verdict is never steady while anything material grows, whatever it belongs
// to.

// heapRises says that the live heap as a whole still grows; empty if it does not,
// or if that is unknown.
func (in *Input) heapRises() string {
	n := len(in.Live)
	if n < params.polls.min {
		return ""
	}
	last := in.Live[n-1].Time
	from := last.Add(-params.window.min)
	var pts []trend.Point
	for _, v := range in.Live {
		if !v.Time.Before(from) {
			pts = append(pts, trend.Point{T: v.Time.Sub(from).Seconds(), V: v.V})
		}
	}
	rise := trend.NetRise(pts)
	r := RateOfLine(in.Live, from)
	if rise < leastTotal || rise < params.rising.minShare*pts[0].V || !r.IsCertain() || r.PerHour <= 0 || trend.Drawdown(pts) > params.floor.maxDrawdown {
		return ""
	}
	if e := trend.MeasureEvenness(pts); e.LastQuarter < params.floor.minLast {
		return ""
	}
	return fmt.Sprintf("the live heap still grows by %s/h, and how is not known for long enough", formatBytes(r.PerHour))
}

// fewForShape says that a series grew by what matters, and looks innocent on too
// few profiles: if collections are rare, chance produces steps and pauses.
func (c *judgment) fewForShape() string {
	for _, v := range c.others {
		if !v.s.isHeap() || len(v.s.value) >= params.polls.minShape || v.g.rise < params.material.heap {
			continue
		}
		switch v.g.shape {
		case ShapeStep, ShapeWarmUp, ShapeBursts, ShapeSlowing:
			return fmt.Sprintf("the heap grew, and %d profiles of it, one a collection at the most, are too few to tell a leak from a warm-up: it takes %d", len(v.s.value), params.polls.minShape)
		}
	}
	return ""
}

// keptByChance says that a function retained nearly all of what it allocated, more
// than what matters, but on too few samples to be sure.
func (c *judgment) keptByChance() string {
	for _, v := range c.others {
		isEven := v.g.even.LastQuarter >= params.goal.evenLast && v.g.even.KSDistance <= params.floor.maxDistance
		if v.s.isHeap() && v.g.shape == ShapeNoise && isEven && v.g.kept >= params.turnover.turnsBelow && v.g.rise >= params.rising.minKept*params.material.heap {
			return "what grew in the heap and is kept could be chance of the sampler: it saw too little to be sure"
		}
	}
	return ""
}

// diagnoseLimit says that memory is near its limit and grows: that cannot wait for
// a verdict.
func (in *Input) diagnoseLimit(m Memory) (d profile.Diagnostic, ok bool) {
	if m.Limit <= 0 || float64(m.Charged) < params.rising.nearLimit*float64(m.Limit) {
		return d, false
	}
	var charged []profile.Value
	for _, r := range in.Memory {
		v := r.WorkingSet
		if v == 0 {
			v = r.RSS + r.Swap
		}
		if v > 0 {
			charged = append(charged, profile.Value{Time: r.Time, V: float64(v)})
		}
	}
	if len(charged) < params.polls.min {
		return d, false
	}
	r := RateOfLine(charged, charged[len(charged)-1].Time.Add(-params.window.min))
	left := float64(m.Limit - m.Charged)
	if !r.IsCertain() || r.PerHour <= 0 || left > r.PerHour {
		return d, false
	}
	return profile.Diagnostic{
		Code: profile.CodeNearLimit, Severity: profile.SeverityBlocking,
		What: fmt.Sprintf("memory is at %s of its limit of %s and grows by %s/h: it is used up in %s", formatBytes(float64(m.Charged)), formatBytes(float64(m.Limit)), formatBytes(r.PerHour), Hours(max(0, left)/r.PerHour)),
		Next: "save the evidence now: a process that is killed leaves none",
	}, true
}
