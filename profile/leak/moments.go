package leak

import (
	"math"
	"math/bits"
)

// Moments remembers which earlier moments of series showed growth as a leak's, from
// one judgment to the next: each poll adds one moment to a series, and judging all of
// the last minutes again would take most of the time of a judgment. It changes no
// result, because a moment is known by all that [series.judgeMoment] depends on: the
// points up to it and what they count. It is not safe for concurrent use.
type Moments struct {
	used, before map[moment]*growth // nil for growth that is not a suspect's
}

// moment identifies the points of a series up to one of them.
type moment uint64

// begin begins a judgment: what the last two did not ask for is forgotten.
func (m *Moments) begin() {
	if m != nil {
		m.before, m.used = m.used, make(map[moment]*growth, len(m.used))
	}
}

// recall returns the growth at a moment as judge returns it, or zero if that is not a
// suspect's.
func (m *Moments) recall(at moment, judge func() growth) growth {
	found, ok := m.used[at]
	if !ok {
		if found, ok = m.before[at]; !ok {
			if g := judge(); g.shape == ShapeSuspect {
				found = &g
			}
		}
		m.used[at] = found
	}
	if found == nil {
		return growth{}
	}
	return *found
}

// remember keeps the growth at a moment for later judgments.
func (m *Moments) remember(at moment, g growth) {
	if g.shape != ShapeSuspect {
		m.used[at] = nil
		return
	}
	m.used[at] = &g
}

// momentsOf returns the moments of a series, by the number of points up to each.
func momentsOf(s *series) []moment {
	h := uint64(1)
	mix := func(v uint64) { h = bits.RotateLeft64(h^v, 29) * 0x9e3779b97f4a7c15 }
	mix(uint64(len(s.group.Kind)))
	for _, flag := range []bool{s.isHeap(), s.isOffHeap, s.total, s.request} {
		if flag {
			mix(1)
		} else {
			mix(0)
		}
	}
	out := make([]moment, 1, len(s.value)+1)
	for i, p := range s.value {
		q := &s.at[i]
		mix(math.Float64bits(p.T))
		mix(math.Float64bits(p.V))
		if !q.AsOf.IsZero() {
			mix(uint64(q.AsOf.Sub(s.since)))
		}
		for _, v := range [...]int64{q.Objects, q.AllocSpace, q.AllocObjects, q.Largest} {
			mix(uint64(v))
		}
		mix(math.Float64bits(q.Raw))
		mix(math.Float64bits(q.RawAlloc))
		out = append(out, moment(h^h>>32))
	}
	return out
}
