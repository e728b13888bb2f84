package leak

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/callers"
	"github.com/leaktop/leaktop/profile/trend"
)

// findJoint finds leaks of which several functions each allocate a part, such as the key,
// the header and the body of an entry, for one function of the service that puts them
// together: everything allocated below that function is judged as one. All of it counts,
// whatever each part looks like: leaving some out because of how they grew would make the
// rest grow.
func (c *judgment) findJoint() (out []*finding) {
	search := jointSearch{left: c.unexplained(), tried: map[*profile.Function]bool{}}
	for range maxJoint {
		caller, members := search.next()
		if caller == nil {
			break
		}
		sum := joinGroups(caller, members)
		s := newSeries(&sum, c.origin)
		s.joint = true
		g := c.judgeSeries(s)
		if _, whole, ok := c.replacement(s, g, members...); ok && whole.shape != ShapeSuspect {
			g = whole
		}
		if g.shape == ShapeSuspect && g.even.FrontLoading > params.slowing.frontLoading && g.even.KSStatistic > params.slowing.ksStatisticJoint {
			g.shape = ShapeRising
		}
		if g.shape != ShapeSuspect {
			if g.shape.IsUndecided() {
				c.thin = g.shape
			}
			continue
		}
		f := &finding{kind: Heap, series: s, growth: g, own: g.rate, confidence: High}
		for _, m := range members {
			addMember(f, newSeries(m, c.origin))
			delete(c.others, keyOf(m))
			c.held[keyOf(m)] = true
		}
		if len(members) >= params.spread.many {
			c.in.describeSpread(f, members)
		}
		out = append(out, f)
		search.remove(members)
	}
	return out
}

// addMember adds one of the functions that allocate parts of a joint leak.
func addMember(f *finding, s *series) {
	rise := trend.NetRise(trend.Since(s.value, s.lastTime()-f.growth.window))
	rate := rise / max(1, min(f.growth.window, s.span()))
	share := rate / f.own.PerSecond
	f.members = append(f.members, part{s, 1, trend.Slope{PerSecond: rate, Low: share * f.own.Low, High: share * f.own.High}})
}

// joinBelow merges findings of their own into the joint finding that they are a part of.
func joinBelow(c *judgment) {
	mergeInto(c, func(f *finding) *finding {
		if !f.isOfFunction() || f.members != nil {
			return nil
		}
		for _, g := range c.findings {
			if g.members != nil && f.heaviestStack().Contains(g.series.group.Blame) && belongTogether(g, f.series) {
				return g
			}
		}
		return nil
	})
}

// describeMembers names the functions that allocate the parts of a joint leak; empty for any
// other.
func describeMembers(f *finding) string {
	if f.members == nil {
		return ""
	}
	members := append(slices.Clone(f.members), f.parts...)
	slices.SortStableFunc(members, func(a, b part) int { return cmp.Compare(b.rate.PerSecond, a.rate.PerSecond) })
	var names []string
	for _, m := range members[:min(len(members), maxLargest)] {
		if m.rate.PerSecond > 0 {
			names = append(names, profile.ShortName(m.group.Blame.Name))
		}
	}
	if len(names) < 2 {
		return ""
	}
	return fmt.Sprintf(" %s allocate the parts of it, and %s is what they have in common.", joinAnd(names), profile.ShortName(f.series.group.Blame.Name))
}

// joinAnd joins a list: "a, b and c".
func joinAnd(all []string) string {
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:len(all)-1], ", ") + " and " + all[len(all)-1]
}

// maxJoint bounds how many functions are judged together with what is allocated below
// them.
const maxJoint = 6

// unexplained returns the groups of the heap that are not findings.
func (c *judgment) unexplained() (out []*profile.Group) {
	for i := range c.in.Heap {
		g := &c.in.Heap[i]
		if len(g.Points) > 1 && g.Blame != nil && !c.in.ignoresGroup(g) && !slices.ContainsFunc(c.findings, func(f *finding) bool { return f.kind == Heap && f.series.group.Blame == g.Blame }) {
			out = append(out, g)
		}
	}
	return out
}

// jointSearch looks for functions of the service below which several groups grew.
type jointSearch struct {
	left  []*profile.Group // that are not part of a finding
	tried map[*profile.Function]bool
	sums  *callers.Sums       // of left; nil if they are to be made
	large []*profile.Function // below which several of left grew by enough, the largest growth first
}

// sumUp makes the sums, unless all groups together grew too little to matter, or no two of
// them have a caller in common.
func (j *jointSearch) sumUp() {
	j.sums, j.large = callers.New(params.spread.callerShare), nil
	sum := 0.0
	for _, g := range j.left {
		sum += float64(max(0, riseOf(g)))
	}
	if sum < params.material.heap {
		return
	}
	for _, g := range j.left {
		j.sums.Assign(g)
	}
	if !j.sums.IsShared() {
		return
	}
	for _, g := range j.left {
		j.sums.Add(g, float64(max(0, riseOf(g))))
	}
	j.large = j.sums.LargestShared(params.material.heap)
}

// next returns the function of the service, nearest to the leaf, below which several groups
// grew most, and these groups; nil if there is none left that matters.
func (j *jointSearch) next() (caller *profile.Function, members []*profile.Group) {
	if j.sums == nil {
		j.sumUp()
	}
	for _, most := range j.large {
		if j.tried[most] {
			continue
		}
		j.tried[most] = true
		members = j.sums.Groups(most)
		largest := slices.MaxFunc(members, func(a, b *profile.Group) int { return cmp.Compare(riseOf(a), riseOf(b)) })
		caller = j.sums.Nearest(largest, params.spread.callerShare*j.sums.Of(most))
		if caller != nil && !j.tried[caller] {
			j.tried[caller] = true
			most, members = caller, j.sums.Groups(caller)
		}
		if len(members) > 1 {
			return most, members
		}
	}
	return nil, nil
}

// remove leaves out groups that are part of a finding now.
func (j *jointSearch) remove(members []*profile.Group) {
	j.left = slices.DeleteFunc(j.left, func(g *profile.Group) bool { return slices.Contains(members, g) })
	j.sums = nil
}

// joinGroups returns the sum of groups as a group of the function below which they are
// allocated.
func joinGroups(caller *profile.Function, members []*profile.Group) profile.Group {
	sum := sumOf(members)
	sum.Blame = caller
	type held struct {
		st  *profile.Stack
		now int64
	}
	var all []held
	for _, g := range members {
		for i, st := range g.Stacks {
			if i < len(g.Now) && g.Now[i] > 0 && st.Contains(caller) {
				all = append(all, held{st, g.Now[i]})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b held) int { return cmp.Compare(b.now, a.now) })
	for _, h := range all {
		sum.Stacks, sum.Now = append(sum.Stacks, h.st), append(sum.Now, h.now)
	}
	return sum
}

// riseOf returns by how much a group rose.
func riseOf(g *profile.Group) int64 { return g.Points[len(g.Points)-1].Value - g.Points[0].Value }
