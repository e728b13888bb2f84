package leak

import (
	"math"
	"slices"

	"github.com/leaktop/leaktop/profile"
)

// A cache that was full from the start turns over: what requests allocate for its new
// entries grows by as much as what the code that filled it, in the same package,
// allocated for the old ones shrinks.

// replacement returns the sum of a series of the heap and of everything that shrank while it
// grew, by a good part of its growth, and how that sum grows. ok is false if nothing shrank by
// that much. The series may be the sum of some groups. The growth of a suspect that has paused
// since is compared over the pause, too: what it replaces goes on shrinking.
func (c *judgment) replacement(s *series, g growth, of ...*profile.Group) (sum *series, whole growth, ok bool) {
	if !s.isHeap() || s.group.Blame == nil || g.shape != ShapeSuspect && !g.shape.IsUndecided() || g.window <= 0 {
		return nil, whole, false
	}
	pkg := profile.PackagePath(s.group.Blame.Name)
	fallen, fell := []*profile.Group{s.group}, int64(0)
	for _, other := range c.heap {
		b := other.group.Blame
		if other == s || b == nil || profile.PackagePath(b.Name) != pkg || slices.Contains(of, other.group) {
			continue
		}
		if fall := fallOf(other, g.window+g.pauses); fall > 0 {
			fallen, fell = append(fallen, other.group), fell+fall
		}
	}
	if float64(fell) < params.spread.replaced*g.rise {
		return nil, whole, false
	}
	group := sumOf(fallen)
	group.Blame, group.Stacks, group.Now = s.group.Blame, s.group.Stacks, s.group.Now
	sum = newSeries(&group, c.origin)
	return sum, c.judgeSeries(sum), true
}

// fallOf returns by how much a series fell in the last seconds, if it held less in the last
// quarter of them than at any time in the first quarter: what goes up and down does not.
// What was freed all at once, such as a buffer used at startup, is not being replaced bit
// by bit.
func fallOf(s *series, seconds float64) int64 {
	part := s.partSince(s.lastTime() - seconds)
	if len(part.value) < params.polls.min {
		return 0
	}
	first, last := part.at[0], part.at[len(part.at)-1]
	if last.Value >= first.Value {
		return 0
	}
	span, low, high := part.span(), int64(math.MaxInt64), int64(0)
	for i, p := range part.at {
		switch share := (part.value[i].T - part.value[0].T) / span; {
		case share <= 0.25:
			low = min(low, p.Value)
		case share >= 0.75:
			high = max(high, p.Value)
		}
	}
	if high >= low || mostFreedSince(part, 0) > params.freeing.maxAtOnce*(first.Raw-last.Raw) {
		return 0
	}
	return first.Value - last.Value
}
