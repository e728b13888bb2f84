package leak

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/callers"
	"github.com/leaktop/leaktop/profile/quantity"
)

// A leak can be thin: hundreds of functions, each too small to stand out, add up. The
// sum of the growth that no single function explains is judged as one.

// Spread is a leak over many functions.
type Spread struct {
	Functions int `json:"functions"` // that grew
	// Largest are those that grew most.
	Largest []string `json:"largest"`
	// Caller is the function of the service, nearest to the leaf, under which most of
	// the growth is allocated; empty if there is none.
	Caller string `json:"caller,omitempty"`
}

// spreadDetector finds growth of the live heap that is spread over many functions.
type spreadDetector struct{}

func (spreadDetector) findLeaks(c *judgment) []*finding {
	out := c.findJoint()
	thin := c.thinGroups(out)
	if len(thin) < params.spread.minFunctions || !haveGrown(thin) {
		return out
	}
	sum := sumOf(thin)
	if n := len(sum.Points); n < params.polls.min || float64(sum.Points[n-1].Value-sum.Points[0].Value) < minTotal {
		return out
	}
	s := newSeries(&sum, c.origin)
	s.total = true
	g := s.judgeStanding(c.in.Moments)
	if g.shape != ShapeSuspect {
		if g.shape.IsUndecided() {
			c.thin = g.shape
		}
		return out
	}
	f := &finding{kind: Heap, series: s, growth: g, own: g.rate, confidence: High}
	if c.in.describeSpread(f, thin) {
		out = append(out, f)
	}
	return out
}

// thinGroups returns the groups of the heap that retain most of what they allocate,
// and are neither suspects, parts of joint ones, nor known to be innocent.
func (c *judgment) thinGroups(joint []*finding) (out []*profile.Group) {
	known := map[key]bool{}
	for _, f := range joint {
		for _, m := range f.members {
			known[keyOf(m.group)] = true
		}
	}
	for _, f := range c.findings {
		known[keyOf(f.series.group)] = true
	}
	for k, v := range c.others {
		if v.g.shape != ShapeNoise && v.g.shape != ShapeTooShort && v.g.shape != ShapeRising && v.g.shape != ShapeSteps {
			known[k] = true
		}
	}
	for i := range c.in.Heap {
		g := &c.in.Heap[i]
		n := len(g.Points)
		if n < 2 || g.Blame == nil || known[keyOf(g)] || c.in.ignoresGroup(g) {
			continue
		}
		if last := g.Points[n-1]; float64(last.Value) >= params.spread.minKept*float64(last.AllocSpace) {
			out = append(out, g)
		}
	}
	return out
}

// haveGrown reports whether the groups together grew by enough to stand out. It is
// cheap, unlike summing them at all times.
func haveGrown(groups []*profile.Group) bool {
	sum := int64(0)
	for _, g := range groups {
		sum += g.Points[len(g.Points)-1].Value - g.Points[0].Value
	}
	return float64(sum) >= minTotal
}

// sumOf adds up groups, at the times of the one with the most points.
func sumOf(groups []*profile.Group) profile.Group {
	longest := slices.MaxFunc(groups, func(a, b *profile.Group) int { return cmp.Compare(len(a.Points), len(b.Points)) })
	sum := changes{profile.Group{Kind: profile.Heap, Points: slices.Clone(longest.Points)}}
	for i, p := range sum.Points {
		sum.Points[i] = profile.GroupPoint{Time: p.Time, AsOf: p.AsOf}
	}
	for _, g := range groups {
		sum.addChange(profile.GroupPoint{}, g.Points[0])
		eachChange(g, func(i int) { sum.addChange(g.Points[i-1], g.Points[i]) })
	}
	for i := 1; i < len(sum.Points); i++ {
		addPoint(&sum.Points[i], sum.Points[i-1], 1)
	}
	return sum.Group
}

// changes is a group whose points are the changes since the previous points.
type changes struct{ profile.Group }

// addChange adds the change of another group at the time of its newer point.
func (c *changes) addChange(before, after profile.GroupPoint) {
	i, _ := slices.BinarySearchFunc(c.Points, after.Time, func(p profile.GroupPoint, t profile.Instant) int { return p.Time.Compare(t) })
	if i == len(c.Points) {
		return
	}
	addPoint(&c.Points[i], after, 1)
	addPoint(&c.Points[i], before, -1)
}

// addPoint adds n times what is in use and allocated at a point to another.
func addPoint(to *profile.GroupPoint, p profile.GroupPoint, n int64) {
	to.Value, to.Objects = to.Value+n*p.Value, to.Objects+n*p.Objects
	to.AllocSpace, to.AllocObjects = to.AllocSpace+n*p.AllocSpace, to.AllocObjects+n*p.AllocObjects
	to.Raw, to.RawAlloc = to.Raw+float64(n)*p.Raw, to.RawAlloc+float64(n)*p.RawAlloc
}

// describeSpread says where a spread leak grows; false if it is not spread, because
// one function accounts for most of it.
func (in *Input) describeSpread(f *finding, thin []*profile.Group) bool {
	type grown struct {
		g    *profile.Group
		rise int64
	}
	from := in.growthStart(f)
	var all []grown
	total := int64(0)
	for _, g := range thin {
		if rise := g.Points[len(g.Points)-1].Value - groupAt(g, from); rise > 0 {
			all = append(all, grown{g, rise})
			total += rise
		}
	}
	slices.SortFunc(all, func(a, b grown) int {
		return cmp.Or(cmp.Compare(b.rise, a.rise), cmp.Compare(a.g.Blame.Name, b.g.Blame.Name))
	})
	if len(all) < params.spread.minFunctions || float64(all[0].rise) > params.spread.maxShare*float64(total) {
		return false
	}
	f.spread = &Spread{Functions: len(all)}
	sums := callers.New(params.spread.callerShare)
	for i, x := range all {
		if i < maxLargest {
			f.spread.Largest = append(f.spread.Largest, x.g.Blame.Name)
		}
		sums.Add(x.g, float64(x.rise))
	}
	first := max(0, slices.IndexFunc(all, func(x grown) bool { return x.g.Blame.Class == profile.ClassUser }))
	f.spreadBlame = all[first].g.Blame
	f.spreadStack = topStack(all[first].g)
	if caller := sums.Nearest(all[0].g, params.spread.callerShare*float64(total)); caller != nil {
		f.spread.Caller, f.spreadBlame = caller.Name, caller
	}
	return true
}

// maxLargest bounds how many functions of a spread leak are named.
const maxLargest = 5

// claim returns the claim of a spread leak.
func (s *Spread) claim() Claim {
	before := fmt.Sprintf("the live heap grows, spread over %s functions", quantity.Count(float64(s.Functions)))
	if s.Caller != "" {
		return Claim{Before: before + ", most of it under ", Subject: profile.ShortName(s.Caller)}
	}
	return Claim{After: before}
}

// evidence names the functions that grew most.
func (s *Spread) evidence() string {
	names := make([]string, len(s.Largest))
	for i, n := range s.Largest {
		names[i] = profile.ShortName(n)
	}
	return "no function explains it alone; those that grew most are " + strings.Join(names, ", ")
}
