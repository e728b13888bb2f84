package leak

import (
	"math"
	"slices"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/callstack"
	"github.com/leaktop/leaktop/profile/trend"
)

// A goroutine with only library frames is a side effect of something that the
// user's code created and never closed: a client, a connection, a subscription. Its
// creator is to blame, never the library's loop.

// isShadow reports whether a finding is about goroutines whose stack has no frame of
// the user's code.
func (f *finding) isShadow() bool {
	return f.kind == Goroutine && f.lacksUserCode()
}

// lacksUserCode reports whether none of the user's code is on a finding's stack, apart from
// an iterator that iter.Pull runs.
func (f *finding) lacksUserCode() bool {
	return !callstack.HasUser(f.heaviestStack()) || callstack.IsPulled(f.heaviestStack())
}

// libraryName returns the name of the library that a finding goes through, for
// sentences.
func (f *finding) libraryName() string {
	if fn := f.creator.called; fn != nil && fn.Class == profile.ClassDep && f.isShadow() {
		return callstack.ModuleOf(fn) // which may use the library that has the goroutines
	}
	if fn := callstack.LibraryOn(f.heaviestStack()); fn != nil {
		return callstack.ModuleOf(fn)
	}
	if name := callstack.PackageBetween(f.heaviestStack()); name != "" {
		return name
	}
	return "a library"
}

// startedByCall returns the library function that the service calls and that, according to a
// trace, starts goroutines that stay, unless its name suggests that it makes something to be
// shared: it may return results that nothing reads. It returns nil if there is none.
func startedByCall(in *Input, f *finding) *profile.Function {
	fn := in.Known[f.heaviestStack()].starter().called
	if !f.isShadow() || !f.cause().ofAnyLibrary || fn == nil || fn.Class != profile.ClassDep || slices.ContainsFunc(clientMakers, func(m string) bool { return isCalledLike(fn, m) }) {
		return nil
	}
	return fn
}

// mergeShadows merges all shadows of the same creator, or, if it is unknown, of the
// same library, or of libraries whose goroutines increase at the same moments: one
// object often starts several goroutines, some of them in libraries that its own
// library uses.
func mergeShadows(c *judgment) {
	lead := map[shadowCause]*finding{}
	for _, f := range c.findings {
		if k, ok := f.shadowCause(); ok && (lead[k] == nil || f.isMoreSpecific(lead[k])) {
			lead[k] = f
		}
	}
	mergeInto(c, func(f *finding) *finding {
		if k, ok := f.shadowCause(); ok && lead[k] != f {
			return lead[k]
		}
		return nil
	})
	mergeInto(c, func(f *finding) *finding {
		if !f.isUnnamedShadow() {
			return nil
		}
		i := slices.IndexFunc(c.findings, func(g *finding) bool {
			return g != f && g.isShadow() && callstack.LibraryOn(g.heaviestStack()) != nil && g.leadsOver(f) && f.risesWith(g)
		})
		if i < 0 {
			return nil
		}
		return c.findings[i]
	})
}

// shadowCause is what shadows of one cause have in common: the name of their creator,
// or, if that is unknown, of their library.
type shadowCause struct{ creator, module string }

// shadowCause returns the cause of a shadow, if it is known.
func (f *finding) shadowCause() (k shadowCause, ok bool) {
	if !f.isShadow() || f.cause().otherEnd {
		return k, false
	}
	if f.creator.Func != nil {
		return shadowCause{creator: callstack.WithoutClosure(f.creator.Func.Name)}, true
	}
	if fn := callstack.LibraryOn(f.heaviestStack()); fn != nil {
		return shadowCause{module: callstack.ModuleOf(fn)}, true
	}
	return k, false
}

// mergeInto merges each finding into the one that into returns for it, unless that is
// nil. A finding that into returns must not be merged itself.
func mergeInto(c *judgment, into func(f *finding) *finding) {
	var merged []*finding
	for _, f := range c.findings {
		if lead := into(f); lead != nil && !slices.Contains(merged, lead) {
			lead.addShare(f, 1)
			lead.others += f.others + 1
			merged = append(merged, f)
		}
	}
	c.findings = slices.DeleteFunc(c.findings, func(f *finding) bool { return slices.Contains(merged, f) })
}

// isUnnamedShadow reports whether a finding is of goroutines of a library whose creator
// is unknown.
func (f *finding) isUnnamedShadow() bool {
	return f.isShadow() && f.creator.Func == nil && callstack.LibraryOn(f.heaviestStack()) != nil
}

// leadsOver reports whether f is the one to keep of two shadows of one cause: only f has a
// creator, or f is more specific, or f comes first by name.
func (f *finding) leadsOver(g *finding) bool {
	switch {
	case (f.creator.Func != nil) != (g.creator.Func != nil):
		return f.creator.Func != nil
	case f.isMoreSpecific(g) != g.isMoreSpecific(f):
		return f.isMoreSpecific(g)
	}
	return f.blamedName() < g.blamedName()
}

// risesWith reports whether goroutines of a stack of f and of one of g increase at the
// same moments, by the same number: then the same code starts them.
func (f *finding) risesWith(g *finding) bool {
	window := min(f.growth.window, g.growth.window)
	return slices.ContainsFunc(f.allParts(), func(p part) bool {
		return slices.ContainsFunc(g.allParts(), func(q part) bool { return riseTogether(p.series, q.series, window) })
	})
}

// riseTogether reports whether the difference of two series was constant in the last
// window seconds, give or take what starts or ends between two counts.
func riseTogether(s, o *series, window float64) bool {
	a, b := s.partSince(s.lastTime()-window).value, o.partSince(o.lastTime()-window).value
	n := min(len(a), len(b))
	if n < params.polls.min {
		return false
	}
	a, b = a[len(a)-n:], b[len(b)-n:]
	rise := a[n-1].V - a[0].V
	limit := max(params.turnover.equalCount, params.turnover.equalShare*rise)
	for i := range a {
		if math.Abs(a[i].T-b[i].T) > params.polls.sameTime || math.Abs((a[i].V-a[0].V)-(b[i].V-b[0].V)) > limit {
			return false
		}
	}
	return rise >= params.material.goroutines/2
}

// joinMoved adds to a shadow the goroutines of the same library that increase together
// with it but move from one line to another, so that none of their lines is a finding.
func joinMoved(c *judgment) {
	for _, f := range c.findings {
		lib := callstack.LibraryOn(f.heaviestStack())
		if !f.isShadow() || lib == nil {
			continue
		}
		byRoot := map[*profile.Function][]*series{}
		for _, s := range c.goroutines {
			st := topStack(s.group)
			if _, ok := c.others[keyOf(s.group)]; !ok || st == nil || callstack.HasUser(st) || st.Depth() == 0 {
				continue
			}
			if root := st.FrameAt(st.Depth() - 1).Func; root.Class == profile.ClassDep && callstack.ModuleOf(root) == callstack.ModuleOf(lib) {
				byRoot[root] = append(byRoot[root], s)
			}
		}
		for _, all := range byRoot {
			f.addMoved(c, all)
		}
	}
}

// addMoved adds goroutines that run the same function to a shadow, if their sum increases
// together with it.
func (f *finding) addMoved(c *judgment, all []*series) {
	sum := *all[0]
	sum.value = slices.Clone(sum.value)
	for _, s := range all[1:] {
		if len(s.value) != len(sum.value) {
			return
		}
		for i, p := range s.value {
			sum.value[i].V += p.V
		}
	}
	rise := trend.NetRise(trend.Since(sum.value, f.series.lastTime()-f.growth.window))
	if rise <= 0 || !riseTogether(f.series, &sum, f.growth.window) {
		return
	}
	for _, s := range all {
		share := trend.NetRise(trend.Since(s.value, f.series.lastTime()-f.growth.window)) / rise
		f.parts = append(f.parts, part{s, 1, trend.Slope{PerSecond: share * f.own.PerSecond, Low: share * f.own.Low, High: share * f.own.High}})
		delete(c.others, keyOf(s.group))
	}
	f.others++
	f.growth.rise += rise
	f.growth.rate.PerSecond += f.own.PerSecond
	f.growth.rate.Low += f.own.Low
	f.growth.rate.High += f.own.High
}

// isMoreSpecific reports whether f identifies a cause more precisely than another
// shadow of it: a known cause in a library is more specific than an unknown one in a
// library, that more than any in the standard library, and each more than none.
func (f *finding) isMoreSpecific(other *finding) bool {
	rank := func(f *finding) int {
		switch {
		case f.signature == nil:
			return 0
		case f.signature.ofAnyLibrary && callstack.LibraryOn(f.heaviestStack()) != nil:
			return 2 // connections of the standard library that it keeps are a consequence
		case f.signature.ofAnyLibrary, !f.signature.Library:
			return 1
		}
		return 3
	}
	if a, b := rank(f), rank(other); a != b {
		return a > b
	}
	return f.growth.rate.PerSecond > other.growth.rate.PerSecond
}

// joinCompanions merges the goroutines that the standard library runs for each of the
// service's own goroutines into their finding: the connections of waiting HTTP calls, and
// the goroutines of a command that is running.
func joinCompanions(c *judgment) {
	for i := range Signatures {
		with := &Signatures[i]
		if with.included == "" {
			continue
		}
		var leads []*finding
		all := 0.0
		for _, f := range c.findings {
			if f.cause().ID == with.partOf && f.isOwn() {
				leads, all = append(leads, f), all+f.growth.rate.PerSecond
			}
		}
		if all <= 0 {
			continue
		}
		shares := make([]float64, len(leads))
		for i, f := range leads {
			shares[i] = f.growth.rate.PerSecond / all
		}
		c.findings = slices.DeleteFunc(c.findings, func(f *finding) bool {
			// A command that is not waited for by these is another leak.
			if f.signature != with || f.creator.Func != nil && !slices.ContainsFunc(leads, func(l *finding) bool { return l.blamedFunc() == f.creator.Func }) {
				return false
			}
			for i, lead := range leads {
				lead.addShare(f, shares[i])
				if !slices.Contains(lead.joinedMethods, with.included) {
					lead.joinedMethods = append(lead.joinedMethods, with.included)
				}
			}
			return true
		})
	}
}
