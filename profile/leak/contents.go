package leak

import (
	"fmt"
	"math"
	"slices"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/callstack"
	"github.com/leaktop/leaktop/profile/trend"
)

// joinElements merges the heap of a function that allocates the elements of a growing slice
// into the finding of the slice: one of the function's callers appends to the slice, which
// grows by a few bytes per element.
func joinElements(c *judgment) {
	mergeInto(c, func(f *finding) *finding {
		if f.kind != Heap || f.object || f.spread != nil || f.growth.kept < params.turnover.turnsBelow {
			return nil
		}
		part := f.series.partSince(f.series.lastTime() - f.growth.window).at
		each := float64(part[len(part)-1].Objects-part[0].Objects) / f.growth.window
		i := slices.IndexFunc(c.findings, func(g *finding) bool {
			b := g.series.group.Blame
			return g.kind == Heap && g.object && b != nil && b != f.series.group.Blame && f.heaviestStack().Contains(b) &&
				g.own.PerSecond >= minElement*each && g.own.PerSecond <= maxElement*each
		})
		if i < 0 {
			return nil
		}
		return c.findings[i]
	})
}

// The bytes by which a slice grows per object of its elements: an element is a pointer, an
// interface value or a small struct, and may refer to several objects.
const (
	minElement = 2
	maxElement = 64
)

// joinContents merges the growth of a list or of a library's collection, and of its contents,
// into one finding: different functions allocate them, in equal numbers at the same time.
func joinContents(c *judgment) {
	mergeInto(c, func(f *finding) *finding {
		if !f.isOfFunction() {
			return nil
		}
		for _, g := range c.findings {
			if g != f && g.isOfFunction() && isKeeper(g) && !isKeeper(f) && belongTogether(g, f.series) {
				g.joinedMethods = append(g.joinedMethods, "what "+profile.ShortName(f.blamedName())+" makes")
				g.keeper = keeperOf(g.series.group)
				return g
			}
		}
		return nil
	})
	for _, f := range c.findings {
		if f.isOfFunction() {
			joinYoungContents(c, f)
		}
	}
}

// joinYoungContents adds memory to a finding that is too young or too small to be a finding
// itself, and that either holds the memory of the finding or is held by it.
func joinYoungContents(c *judgment, f *finding) {
	for _, s := range c.heap {
		v, ok := c.others[keyOf(s.group)]
		b := s.group.Blame
		if !ok || v.g.shape.IsHarmless() || b == nil || b.Class != profile.ClassUser || c.held[keyOf(s.group)] {
			continue
		}
		keeper, does := keeperOf(s.group), " makes"
		if keeper.Func != nil {
			does = " keeps"
		}
		if (keeper.Func != nil) == isKeeper(f) || !belongTogether(f, s) {
			continue
		}
		if f.keeper = keeper; keeper.Func == nil {
			f.keeper = keeperOf(f.series.group)
		}
		since := s.lastTime() - f.growth.window
		rise := trend.NetRise(trend.Since(s.value, since))
		rate := rise / math.Max(1, math.Min(f.growth.window, trend.Span(s.value)))
		share := rate / f.own.PerSecond
		p := part{s, 1, trend.Slope{PerSecond: rate, Low: share * f.own.Low, High: share * f.own.High}}
		f.parts = append(f.parts, p)
		f.growth.rate.PerSecond += p.rate.PerSecond
		f.growth.rate.Low += p.rate.Low
		f.growth.rate.High += p.rate.High
		f.growth.rise += rise
		f.joinedMethods = append(f.joinedMethods, "what "+profile.ShortName(b.Name)+does)
		delete(c.others, keyOf(s.group))
		c.held[keyOf(s.group)] = true
	}
}

// isOfFunction reports whether a finding is about objects that a function of the service
// keeps on the heap, other than one growing object.
func (f *finding) isOfFunction() bool {
	b := f.series.group.Blame
	return f.kind == Heap && f.spread == nil && !f.object && b != nil && b.Class == profile.ClassUser && f.own.PerSecond > 0
}

func isKeeper(f *finding) bool { return keeperOf(f.series.group).Func != nil }

// collections are functions of the standard library that allocate what a collection grows by.
var collections = []callstack.Pattern{{"...", "container/list.*", "..."}, {"...", "container/heap.*", "..."}, {"...", "sync.(*Map).*", "..."}}

// keeperOf returns where the function of a group adds to a collection: where it calls a
// collection of the standard library, or a library that keeps objects for it. Func is nil
// if it does neither.
func keeperOf(g *profile.Group) creator {
	for _, st := range heavyStacks(g, params.signature.heavy) {
		called := callstack.CalleeOn(st, g.Blame)
		if called == nil {
			continue
		}
		if called.Class == profile.ClassDep || callstack.MatchesAny(st, collections) {
			return creator{Frame: callstack.LineOf(st, g.Blame), called: called}
		}
	}
	return creator{}
}

// belongTogether reports whether two functions probably allocate parts of the same things:
// one calls the other, or they are in one package, and over the window of a finding the
// numbers of their objects rise by about the same amount and in the same way.
func belongTogether(f *finding, s *series) bool {
	a, b := f.series.group, s.group
	if profile.PackagePath(a.Blame.Name) != profile.PackagePath(b.Blame.Name) && !topStack(a).Contains(b.Blame) && !topStack(b).Contains(a.Blame) {
		return false
	}
	p, q := f.series.partSince(f.series.lastTime()-f.growth.window), s.partSince(s.lastTime()-f.growth.window)
	if len(p.at) < params.polls.min || len(q.at) < params.polls.min {
		return false
	}
	n, m := p.at[len(p.at)-1].Raw-p.at[0].Raw, q.at[len(q.at)-1].Raw-q.at[0].Raw
	objects := float64(p.at[len(p.at)-1].Objects-p.at[0].Objects) / math.Max(1, float64(q.at[len(q.at)-1].Objects-q.at[0].Objects))
	if n < params.turnover.minKept || m < params.turnover.minKept || objects > maxParts || objects < 1.0/maxParts {
		return false
	}
	limit := sameCourse * math.Sqrt((n+m)/(n*m)) // of the Kolmogorov-Smirnov distance
	for i := range p.at {
		if math.Abs((p.at[i].Raw-p.at[0].Raw)/n-shareAt(q, p.value[i].T)) > limit {
			return false
		}
	}
	return true
}

// shareAt returns the share of its rise that a series has completed by a time.
func shareAt(s *series, t float64) float64 {
	first, last, now := s.at[0].Raw, s.at[len(s.at)-1].Raw, s.at[0].Raw
	for i := range s.at {
		if s.value[i].T > t {
			break
		}
		now = s.at[i].Raw
	}
	return (now - first) / (last - first)
}

const (
	maxParts   = 6    // objects that one function makes for each object that another one makes
	sameCourse = 1.36 // significance of a difference (chance: 5%)
)

// describeKeeper says what probably holds the memory of a finding.
func describeKeeper(f *finding) string {
	if f.keeper.Func == nil {
		return ""
	}
	return fmt.Sprintf(" It is probably held by what %s adds to with %s: equally many objects are kept there.", describeFrame(f.keeper.Frame), profile.ShortName(f.keeper.called.Name))
}

// libraryKept returns the line where the function that starts goroutines, which wait for a
// channel, also creates objects of a library that are all retained, and that library: the
// channel may belong to those objects. at.Func is nil if there is no such line.
func libraryKept(in *Input, f *finding) (at profile.Frame, library string) {
	if f.kind != Goroutine || f.isShadow() || !f.cause().ofChannel || in.Holding == nil {
		return at, ""
	}
	own := callstack.WithoutClosure(f.blamedName())
	if by := in.Known[f.heaviestStack()].Starter().Func; by != nil {
		own = callstack.WithoutClosure(by.Name)
	}
	most := int64(0)
	for _, sm := range in.Holding.Samples() {
		allocated, kept := sm.Values[1], sm.Values[3]
		if kept <= most || float64(kept) < params.turnover.keeperShare*float64(allocated) {
			continue
		}
		i := sm.Stack.IndexFrame(func(fr profile.Frame) bool { return fr.Func.Class == profile.ClassUser })
		if i < 1 || sm.Stack.FrameAt(i-1).Func.Class != profile.ClassDep || callstack.WithoutClosure(sm.Stack.FrameAt(i).Func.Name) != own {
			continue
		}
		at, library, most = sm.Stack.FrameAt(i), callstack.ModuleOf(sm.Stack.FrameAt(i-1).Func), kept
	}
	return at, library
}

// callingLibrary returns the library that calls the blamed function of a heap finding on a
// goroutine of its own, and may retain what the function returns. Empty if there is none.
func callingLibrary(f *finding) string {
	st := f.heaviestStack()
	if f.kind != Heap || f.spread != nil || st == nil {
		return ""
	}
	i := st.IndexFrame(func(fr profile.Frame) bool { return fr.Func == f.series.group.Blame })
	if i < 0 || i == st.Depth()-1 || callstack.HasUser(profile.NewStack(nil, st.FrameList()[i+1:]...)) {
		return ""
	}
	next, root := st.FrameAt(i+1).Func, st.FrameAt(st.Depth()-1).Func
	if st.FrameAt(i).Func.Class != profile.ClassUser || next.Class != profile.ClassDep || root.Class != profile.ClassDep {
		return ""
	}
	return callstack.ModuleOf(next)
}
