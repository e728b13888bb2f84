package leak

import (
	"cmp"
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile"
)

// combine leaves one finding of each leak: the two loops of a connection are
// one, what goroutines hold is theirs, the same function waiting at two lines
// waits once.
func (c *course) combine() {
	c.joinLoops()
	for _, f := range c.findings {
		f.creator = c.creatorOf(f)
	}
	c.mergeShadows()
	c.joinHalves()
	c.sumLines()
	c.rank() // the server's ends of connections hold last
	for _, f := range c.findings {
		if f.kind == Heap {
			f.heldBy = c.holder(f)
		}
	}
	c.findings = slices.DeleteFunc(c.findings, func(f *finding) bool {
		if f.heldBy == nil {
			return false
		}
		f.heldBy.holds += f.g.rate.PerSecond
		f.sure = Low
		b := f.blame()
		return f.spread != nil || b == nil || b.Class < profile.ClassUser || f.heldBy.blame() != nil && family(b.Name) == family(f.heldBy.blame().Name)
	})
}

// joinLoops makes one finding of the two loops of connections. Those of several
// leaks read at different lines and write at the same one.
func (c *course) joinLoops() {
	is := func(f *finding, fn string) bool { return f.kind == Goroutine && pattern{"...", fn}.matches(f.stack()) }
	var reads []*finding
	var shares []float64
	all := 0.0
	for _, f := range c.findings {
		if is(f, "net/http.(*persistConn).readLoop") {
			reads, shares = append(reads, f), append(shares, f.g.rate.PerSecond)
			all += f.g.rate.PerSecond
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
			read.add(f, shares[i]/all)
		}
		return true
	})
}

// add makes a share of g a part of f.
func (f *finding) add(g *finding, share float64) {
	for _, p := range g.all() {
		p.share *= share
		p.rate.PerSecond, p.rate.Low, p.rate.High = share*p.rate.PerSecond, share*p.rate.Low, share*p.rate.High
		f.parts = append(f.parts, p)
	}
	f.g.rate.PerSecond += share * g.g.rate.PerSecond
	f.g.rate.Low += share * g.g.rate.Low
	f.g.rate.High += share * g.g.rate.High
	f.g.rise += share * g.g.rise
}

// sumLines makes one finding of goroutines that wait in the same function for
// the same cause.
func (c *course) sumLines() {
	type line struct {
		blame *profile.Function
		sig   *Signature
	}
	first := map[line]*finding{}
	c.findings = slices.DeleteFunc(c.findings, func(f *finding) bool {
		if f.kind != Goroutine || f.s.group.Blame == nil || f.s.group.Blame.Class < profile.ClassDep {
			return false
		}
		k := line{f.s.group.Blame, f.sig}
		one, ok := first[k]
		if !ok {
			first[k] = f
			return false
		}
		one.add(f, 1)
		one.others++
		return true
	})
}

// creatorOf names who starts goroutines whose stack shows nothing of the
// user's: as a trace told, or, for what hangs on an HTTP client or a database,
// the function on whose stacks the client's or database's memory grows.
func (c *course) creatorOf(f *finding) profile.Frame {
	if !f.isShadow() {
		return profile.Frame{}
	}
	who := c.in.Creators[f.stack()]
	if who.Func != nil && who.Func.Class == profile.ClassUser || f.sig == nil {
		return who
	}
	keeper := profile.Frame{}
	switch f.sig.ID {
	case "unclosed-response-body", "transport-per-call", "http2-body-not-closed":
		keeper = c.keeper("net/http.(*Client).do")
	case "unclosed-rows":
		keeper = c.keeper("database/sql.(*DB).QueryContext")
	case "sql-db-per-call":
		keeper = c.keeper("database/sql.OpenDB")
	default:
		keeper = c.creatorByHeap(f)
	}
	if keeper.Func != nil {
		return keeper
	}
	return who
}

// keeper is the user's function that keeps the most of what it allocates
// through fn; Func is nil if none keeps nearly all.
func (c *course) keeper(fn string) (who profile.Frame) {
	most := int64(0)
	for i := range c.in.Heap {
		g := &c.in.Heap[i]
		n := len(g.Points)
		if g.Blame == nil || g.Blame.Class < profile.ClassDep || n == 0 {
			continue
		}
		last := g.Points[n-1]
		if last.Value <= most || float64(last.Value) < params.turnover.keeperShare*float64(last.AllocSpace) {
			continue
		}
		if i := slices.IndexFunc(g.Stacks, pattern{"...", fn}.matches); i >= 0 {
			who, most = lineOf(g.Stacks[i], g.Blame), last.Value
		}
	}
	return who
}

// holder is the goroutine finding whose goroutines hold the heap of f, nil if
// there is none: f is allocated on a stack of theirs, by a function of theirs,
// or by a library that only they use.
func (c *course) holder(f *finding) *finding {
	b := f.s.group.Blame
	for _, g := range c.findings {
		if g.kind != Goroutine {
			continue
		}
		if f.spread != nil || f.sig != nil && f.sig.ID == "goroutine-shadow" {
			return g
		}
		if b == nil {
			continue
		}
		if g.stack().Has(b) || g.creator.Func == b {
			return g
		}
		theirs := g.s.group.Blame
		switch {
		case theirs == nil:
		case b.Class >= profile.ClassDep && theirs.Class >= profile.ClassDep && family(b.Name) == family(theirs.Name):
			return g
		case b.Class == profile.ClassDep && g.goesThrough(moduleOf(b)):
			return g
		case b.Class < profile.ClassDep && ofNetwork(b.Name) && g.isOfNetwork():
			return g
		}
	}
	return nil
}

// goesThrough reports whether goroutines of a finding, or of its parts, run code of a
// module.
func (f *finding) goesThrough(module string) bool {
	return slices.ContainsFunc(f.all(), func(p part) bool {
		fn := libraryOn(topStack(p.group))
		return fn != nil && moduleOf(fn) == module
	})
}

// isOfNetwork reports whether goroutines of a finding, or of its parts, are of the
// connections of the standard library, or of a library that has some.
func (f *finding) isOfNetwork() bool {
	return slices.ContainsFunc(f.all(), func(p part) bool {
		b := p.group.Blame
		return b != nil && b.Class < profile.ClassDep && ofNetwork(b.Name)
	})
}

// goesAlong tells whether goroutines of a library become more as those of the
// user's do, so that these are what to look at.
func (c *course) goesAlong(f *finding) bool {
	own := func(f *finding) bool { b := f.blame(); return b != nil && b.Class == profile.ClassUser }
	return f.kind == Goroutine && !own(f) && slices.ContainsFunc(c.findings, func(g *finding) bool {
		return g.kind == Goroutine && own(g) && g.sure != Low && alike(f.g.rate.PerSecond, g.g.rate.PerSecond)
	})
}

// ofNetwork tells whether a function of the standard library belongs to what
// net/http and database/sql connections are made of.
func ofNetwork(name string) bool {
	for _, p := range []string{"net/http.", "net.", "crypto/", "bufio.", "database/sql.", "net/textproto.", "context."} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// rank orders findings: what is sure first, then what costs the most memory; the
// server's end of a leaked connection, what libraries start along with the
// user's goroutines, and heap that goroutines hold, after what causes them.
func (c *course) rank() {
	tier := func(f *finding) int {
		switch {
		case f.heldBy != nil || f.sig != nil && f.sig.ID == "server-end" || c.goesAlong(f):
			return 2
		case f.sure == Low:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(c.findings, func(a, b *finding) int {
		return cmp.Or(cmp.Compare(tier(a), tier(b)), cmp.Compare(b.weight(), a.weight()))
	})
}
