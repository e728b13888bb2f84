package leak

import (
	"cmp"
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/callstack"
)

// combineFindings reduces the findings to one per leak: the two loops of a
// connection are one leak, heap held by goroutines belongs to them, and one
// function waiting at two lines is one finding.
func (c *judgment) combineFindings() {
	joinLoops(c)
	for _, f := range c.findings {
		f.creator, f.closes = c.in.creatorOf(f)
	}
	mergeShadows(c)
	joinReaders(c)
	joinMoved(c)
	joinWaiters(c)
	joinConnectionMethods(c)
	joinMethods(c)
	sumLines(c)
	joinCompanions(c)
	joinElements(c)
	joinBelow(c)
	joinContents(c)
	joinStacks(c)
	joinOneLeak(c)
	dropExplainedFiles(c)
	c.rankFindings() // so that server goroutines of connections are considered as holders last
	for _, f := range c.findings {
		if f.kind == Heap {
			f.heldBy = c.findHolder(f)
		}
	}
	c.findings = slices.DeleteFunc(c.findings, func(f *finding) bool {
		if f.heldBy == nil {
			return false
		}
		f.heldBy.holds += f.growth.rate.PerSecond
		f.confidence = Low
		b := f.blamedFunc()
		f.heldBy.holding = append(f.heldBy.holding, f)
		return f.spread != nil || b == nil || b.Class < profile.ClassUser || f.heldBy.blamedFunc() != nil && callstack.WithoutClosure(b.Name) == callstack.WithoutClosure(f.heldBy.blamedFunc().Name)
	})
}

// addRisingHeap adds rising memory to the goroutines that hold it, even if it has not
// risen for long or evenly enough to be a suspect itself: it will go away with them.
func addRisingHeap(c *judgment) {
	for _, s := range c.heap {
		v, ok := c.others[keyOf(s.group)]
		b := s.group.Blame
		if !ok || v.g.shape.IsHarmless() || b == nil {
			continue
		}
		i := slices.IndexFunc(c.findings, func(f *finding) bool { return f.mayHold(s.group) })
		if i < 0 {
			continue
		}
		c.held[keyOf(s.group)] = true
		// The mean, because if collections are so rare, the latest slope is mostly chance.
		if span := s.span(); span >= params.rate.needs.Seconds() {
			c.findings[i].holds += max(0, float64(s.at[len(s.at)-1].Value-s.at[0].Value)) / span
		}
	}
}

// mayHold reports whether goroutines of f probably hold the memory of a group, because it is
// allocated by their creator, their own function, or their library.
func (f *finding) mayHold(heap *profile.Group) bool {
	b := heap.Blame
	switch {
	case f.kind != Goroutine || f.confidence == Low:
		return false
	case b.Class < profile.ClassDep:
		return ofNetwork(b.Name) && f.isOfNetwork()
	case f.creator.Func != nil && callstack.WithoutClosure(f.creator.Func.Name) == callstack.WithoutClosure(b.Name):
		return true
	case f.isOwn() && callstack.WithoutClosure(b.Name) == callstack.WithoutClosure(f.blamedName()):
		return true
	}
	return !callstack.HasUser(topStack(heap)) && f.hasLibraryOf(heap)
}

// joinLoops merges the findings of the two loops of a connection. Several leaks
// read at different lines but share the line where they write.
func joinLoops(c *judgment) {
	is := func(f *finding, fn string) bool {
		return f.kind == Goroutine && callstack.Pattern{"...", fn}.Matches(f.heaviestStack())
	}
	var reads []*finding
	var shares []float64
	all := 0.0
	for _, f := range c.findings {
		if is(f, "net/http.(*persistConn).readLoop") {
			reads, shares = append(reads, f), append(shares, f.growth.rate.PerSecond)
			all += f.growth.rate.PerSecond
		}
	}
	if all <= 0 {
		return
	}
	c.findings = slices.DeleteFunc(c.findings, func(f *finding) bool {
		if !is(f, "net/http.(*persistConn).writeLoop") {
			return false
		}
		for i, read := range reads {
			read.addShare(f, shares[i]/all)
		}
		return true
	})
}

// readers are the stacks of goroutines that read from a connection.
var readers = callstack.Pattern{"runtime.netpollblock", "...", "net.(*conn).Read", "..."}

// joinReaders merges goroutines that read from connections into what holds these open: the
// reader of a driver, and the server's end where the server is in this process.
func joinReaders(c *judgment) {
	mergeInto(c, func(f *finding) *finding {
		if f.kind != Goroutine || f.cause().holdsConnections || !readers.Matches(f.heaviestStack()) {
			return nil
		}
		i := slices.IndexFunc(c.findings, func(g *finding) bool {
			return g.kind == Goroutine && g.confidence != Low && g.cause().holdsConnections && similarGrowth(f.own.PerSecond, g.own.PerSecond)
		})
		if i < 0 {
			return nil
		}
		if lead := c.findings[i]; !slices.Contains(lead.joinedMethods, readersIncluded) {
			lead.joinedMethods = append(lead.joinedMethods, readersIncluded)
		}
		return c.findings[i]
	})
}

// readersIncluded is what a suspect says of goroutines that are merged by joinReaders.
const readersIncluded = "what reads from their connections"

// addShare adds a share of g to the parts of f.
func (f *finding) addShare(g *finding, share float64) {
	for _, p := range g.allParts() {
		p.share *= share
		p.rate.PerSecond, p.rate.Low, p.rate.High = share*p.rate.PerSecond, share*p.rate.Low, share*p.rate.High
		f.parts = append(f.parts, p)
	}
	f.growth.rate.PerSecond += share * g.growth.rate.PerSecond
	f.growth.rate.Low += share * g.growth.rate.Low
	f.growth.rate.High += share * g.growth.rate.High
	f.growth.rise += share * g.growth.rise
}

// sumLines merges the findings of goroutines that wait in the same function for the
// same cause.
func sumLines(c *judgment) {
	type line struct {
		blame *profile.Function
		sig   *Signature
	}
	first := map[line]*finding{}
	c.findings = slices.DeleteFunc(c.findings, func(f *finding) bool {
		if f.kind != Goroutine || f.series.group.Blame == nil || f.series.group.Blame.Class < profile.ClassDep {
			return false
		}
		k := line{f.series.group.Blame, f.signature}
		one, ok := first[k]
		if !ok {
			first[k] = f
			return false
		}
		one.addShare(f, 1)
		one.others++
		return true
	})
}

// findHolder returns the goroutine finding whose goroutines hold the heap of f, or
// nil: f is allocated on one of their stacks, by one of their functions, or by a
// library that only they use.
func (c *judgment) findHolder(f *finding) *finding {
	for _, g := range c.findings {
		if g.kind == Goroutine && g.holdsHeap(f) {
			return g
		}
	}
	return userOfLibrary(c, f)
}

// userOfLibrary returns the finding of the service's own goroutines that hold memory which a
// library allocated on goroutines of its own: the only finding whose package calls the library.
// It returns nil if there is none.
func userOfLibrary(c *judgment, f *finding) (user *finding) {
	b := f.series.group.Blame
	if b == nil || b.Class != profile.ClassDep || c.in.Holding == nil || !f.lacksUserCode() {
		return nil
	}
	for _, g := range c.findings {
		if g.isOwn() && g.confidence != Low && callsModule(c.in.Holding, profile.PackagePath(g.blamedName()), callstack.ModuleOf(b)) {
			if user != nil {
				return nil
			}
			user = g
		}
	}
	return user
}

// callsModule reports whether functions of a package of the service call a module, according to
// the allocations of a heap profile.
func callsModule(s *profile.Snapshot, pkg, module string) bool {
	return slices.ContainsFunc(s.Samples(), func(sm profile.Sample) bool {
		c := callerOn(sm.Stack, module)
		return c.Func != nil && profile.PackagePath(c.Func.Name) == pkg
	})
}

// holdsHeap reports whether the goroutines of g hold the heap of f.
func (g *finding) holdsHeap(f *finding) bool {
	b, theirs := f.series.group.Blame, g.series.group.Blame
	switch {
	case f.spread != nil, f.cause().ofGoroutines:
		return true
	case b == nil:
		return false
	case g.heaviestStack().Contains(b), g.creator.Func == b:
		return true
	case theirs == nil:
		return false
	case b.Class < profile.ClassDep:
		return ofNetwork(b.Name) && g.isOfNetwork()
	case theirs.Class >= profile.ClassDep && callstack.WithoutClosure(b.Name) == callstack.WithoutClosure(theirs.Name):
		return true
	}
	return b.Class == profile.ClassDep && g.hasLibraryOf(f.series.group)
}

// hasLibraryOf reports whether the goroutines of a finding run code of the library that
// allocates what a group holds, or of one that has it allocated on goroutines of its own.
func (f *finding) hasLibraryOf(heap *profile.Group) bool {
	if f.goesThrough(callstack.ModuleOf(heap.Blame)) {
		return true
	}
	st := topStack(heap)
	caller := callstack.LibraryOn(st)
	return caller != nil && !callstack.HasUser(st) && f.goesThrough(callstack.ModuleOf(caller))
}

// goesThrough reports whether the goroutines of a finding, or of its parts, run
// code of a module.
func (f *finding) goesThrough(module string) bool {
	return slices.ContainsFunc(f.allParts(), func(p part) bool {
		fn := callstack.LibraryOn(topStack(p.group))
		return fn != nil && callstack.ModuleOf(fn) == module
	})
}

// isOfNetwork reports whether the goroutines of a finding, or of its parts, belong
// to connections of the standard library, or to a library that has connections.
func (f *finding) isOfNetwork() bool {
	return slices.ContainsFunc(f.allParts(), func(p part) bool {
		b := p.group.Blame
		return b != nil && b.Class < profile.ClassDep && ofNetwork(b.Name)
	})
}

// goesAlong reports whether goroutines of a library increase together with goroutines of the
// user's code, which are then shown instead.
func (c *judgment) goesAlong(f *finding) bool {
	own := func(f *finding) bool { b := f.blamedFunc(); return b != nil && b.Class == profile.ClassUser }
	return f.kind == Goroutine && !own(f) && slices.ContainsFunc(c.findings, func(g *finding) bool {
		return g.kind == Goroutine && own(g) && g.confidence != Low && similarGrowth(f.growth.rate.PerSecond, g.growth.rate.PerSecond)
	})
}

// isServedEnd reports whether goroutines serve what the service's own client keeps open:
// they are the other end, and the client is to blame.
func (c *judgment) isServedEnd(f *finding) bool {
	return f.kind == Goroutine && slices.ContainsFunc(c.findings, func(g *finding) bool {
		by := g.cause().servedBy
		return g.isShadow() && by != nil && by.Matches(f.heaviestStack()) && similarGrowth(f.growth.rate.PerSecond, g.growth.rate.PerSecond)
	})
}

// ofNetwork reports whether a function of the standard library is part of net/http
// or database/sql connections.
func ofNetwork(name string) bool {
	for _, p := range []string{"net/http.", "net.", "crypto/", "bufio.", "database/sql.", "net/textproto.", "context."} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// rankFindings sorts findings by confidence, then by memory cost. Consequences come after their
// causes: the server's end of a leaked connection, goroutines that libraries start along with
// the user's, and heap that goroutines hold. Growth that has paused for a while comes after
// current growth.
func (c *judgment) rankFindings() {
	tier := func(f *finding) int {
		switch {
		case f.heldBy != nil || f.cause().otherEnd || c.goesAlong(f) || c.isServedEnd(f):
			return 2
		case f.confidence == Low, f.growth.pauses >= params.polls.withdrawAfter.Seconds():
			return 1
		}
		return 0
	}
	slices.SortStableFunc(c.findings, func(a, b *finding) int {
		return cmp.Or(cmp.Compare(tier(a), tier(b)), cmp.Compare(b.rankWeight(), a.rankWeight()))
	})
}

// joinConnectionMethods merges the findings of the loops of a connection: if one
// method of a type reads from the network and equally many goroutines wait in
// another, they wait because the connection stays open, whatever they wait for.
func joinConnectionMethods(c *judgment) {
	for i := 0; i < len(c.findings); i++ {
		read := c.findings[i]
		if read.kind != Goroutine || !read.cause().ofConnection {
			continue
		}
		own, rate := callstack.ReceiverType(read.blamedName()), read.growth.rate.PerSecond
		if own == "" {
			continue
		}
		c.findings = slices.DeleteFunc(c.findings, func(f *finding) bool {
			if f == read || f.kind != Goroutine || callstack.ReceiverType(f.blamedName()) != own || !similarGrowth(f.growth.rate.PerSecond, rate) {
				return false
			}
			read.addShare(f, 1)
			if half := f.blamedName()[len(own)+1:]; !slices.Contains(read.joinedMethods, half) {
				read.joinedMethods = append(read.joinedMethods, half)
			}
			return true
		})
		i = slices.Index(c.findings, read)
	}
}

// joinMethods merges goroutines into others of the same cause, if methods of one type wait: the
// readers of a lock wait behind its writers.
func joinMethods(c *judgment) {
	mergeInto(c, func(f *finding) *finding {
		own, s := callstack.ReceiverType(f.blamedName()), f.cause()
		if f.kind != Goroutine || own == "" || s.partOf == "" || s.included != "" {
			return nil
		}
		i := slices.IndexFunc(c.findings, func(g *finding) bool {
			return g.kind == Goroutine && g.cause().ID == s.partOf && callstack.ReceiverType(g.blamedName()) == own
		})
		if i < 0 {
			return nil
		}
		c.findings[i].joinedMethods = append(c.findings[i].joinedMethods, f.blamedName()[len(own)+1:])
		return c.findings[i]
	})
}

// blamedName returns the name of the blamed function; empty if unknown.
func (f *finding) blamedName() string {
	if b := f.blamedFunc(); b != nil {
		return b.Name
	}
	return ""
}
