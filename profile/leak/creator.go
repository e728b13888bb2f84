package leak

import (
	"slices"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/callstack"
)

// The code to change is where the service creates something, not the goroutines that this
// starts, nor those that wait for it.

// creator is a function that starts goroutines; Func is nil if it is unknown.
type creator struct {
	profile.Frame
	called  *profile.Function // what it calls to start them; nil if unknown
	isGuess bool              // a trace would be more certain
}

// creatorOf returns the function that starts goroutines whose stack has none of the
// user's code: from a trace, or, for goroutines of an HTTP client or a database,
// the function that allocates the client's or database's growing memory. closes is what
// starterOf passes over.
func (in *Input) creatorOf(f *finding) (who creator, closes profile.Frame) {
	if f.cause().ofRequests {
		return keeperOfRequests(in, f), closes
	}
	if !f.isShadow() {
		return who, closes
	}
	who, closes = in.starterOf(f)
	if who.Func != nil && who.Func.Class == profile.ClassUser || f.signature == nil {
		return who, closes
	}
	keeper := creator{}
	if fn := f.signature.madeBy; fn != "" {
		keeper = in.findKeeper(fn)
	} else {
		keeper = in.creatorByHeap(f)
	}
	if keeper.Func != nil {
		return keeper, closes
	}
	return who, closes
}

// starterOf returns what starts the goroutines of a finding, according to a trace or a dump.
// Calls share connections: one that closes its bodies dials a connection, which the call
// after it takes and leaves open. So a function which is known to close them is passed
// over, see closesBodies; the first such function is closes.
func (in *Input) starterOf(f *finding) (who creator, closes profile.Frame) {
	known := in.Known[f.heaviestStack()]
	if !f.cause().ofBodies {
		return known.starter(), closes
	}
	for len(known.Creators) > 0 && closesBodies(in, known.Creators[0].Func) {
		if closes.Func == nil {
			closes = profile.Frame{Func: known.Creators[0].Func, Line: known.Creators[0].Line}
		}
		known.Creators = known.Creators[1:]
	}
	if who = known.starter(); who.Func != nil && closesBodies(in, who.Func) {
		who = creator{}
	}
	if who.Func == nil && !wouldShowCalls(f) {
		return in.Known[f.heaviestStack()].starter(), profile.Frame{}
	}
	return who, closes
}

// wouldShowCalls reports whether there are so many open connections that what their calls
// hold would be among the sampled objects. If not, a function without live objects may
// still leave some of its bodies open, and no other function is known that could.
func wouldShowCalls(f *finding) bool {
	open := f.series.value[len(f.series.value)-1].V
	return open*params.turnover.perCall >= params.turnover.minKept*params.material.sampleRate
}

// closesBodies reports whether nothing of what a function allocated for its HTTP calls
// is live, although it allocated so much that this could not be chance if it left most
// bodies open.
func closesBodies(in *Input, fn *profile.Function) bool {
	if in.Holding == nil || fn == nil {
		return false
	}
	allocated, live := 0.0, 0.0
	for _, sm := range in.Holding.Samples() {
		if len(sm.Values) >= 4 && sm.Stack.HasFrame(func(fr profile.Frame) bool {
			return callstack.WithoutTypes(fr.Func.Symbol()) == callstack.WithoutTypes(fn.Symbol())
		}) && (callstack.Pattern{"...", "net/http.(*Client).do"}).Matches(sm.Stack) {
			allocated, live = allocated+float64(sm.Values[1]), live+float64(sm.Values[3])
		}
	}
	return allocated >= params.turnover.minKept*params.material.sampleRate && live == 0
}

// findKeeper returns the user's function that retains the largest share of what it
// allocates through fn; Func is nil if none retains nearly all.
func (in *Input) findKeeper(fn string) (who creator) {
	most := int64(0)
	for i := range in.Heap {
		g := &in.Heap[i]
		n := len(g.Points)
		if g.Blame == nil || g.Blame.Class < profile.ClassDep || n == 0 {
			continue
		}
		last := g.Points[n-1]
		if last.Value <= most || float64(last.Value) < params.turnover.keeperShare*float64(last.AllocSpace) {
			continue
		}
		if i := slices.IndexFunc(g.Stacks, callstack.Pattern{"...", fn}.Matches); i >= 0 {
			who, most = creator{Frame: callstack.LineOf(g.Stacks[i], g.Blame), called: callstack.CalleeOn(g.Stacks[i], g.Blame)}, last.Value
		}
	}
	return who
}

// bodyLibrary returns the library through which the service makes calls whose bodies stay
// open, and whose result holds the body; "" if the service calls net/http itself, or if that
// is unknown.
func bodyLibrary(f *finding) string {
	if !f.cause().ofBodies || f.creator.called == nil || f.creator.called.Class != profile.ClassDep {
		return ""
	}
	return callstack.ModuleOf(f.creator.called)
}

// callerOf returns the line of the function that calls the creator of responses that are
// not closed, if the creator has several callers and nearly everything that is held came
// through this one: the creator may return the response for its caller to close. Func is
// nil if there is none.
func callerOf(in *Input, f *finding) (caller profile.Frame) {
	if f.creator.Func == nil || !f.cause().ofBodies {
		return caller
	}
	held, all := map[profile.Frame]int64{}, int64(0)
	for i := range in.Heap {
		g := &in.Heap[i]
		if g.Blame != f.creator.Func || len(g.Now) != len(g.Stacks) {
			continue
		}
		for j, st := range g.Stacks {
			at := st.IndexFrame(func(fr profile.Frame) bool { return fr.Func == g.Blame })
			for k := at + 1; at >= 0 && k < st.Depth(); k++ {
				if fr := st.FrameAt(k); fr.Func.Class == profile.ClassUser {
					held[fr] += g.Now[j]
					all += g.Now[j]
					break
				}
			}
		}
	}
	for fr, n := range held {
		if len(held) > 1 && float64(n) >= params.turnover.keeperShare*float64(all) {
			caller = fr
		}
	}
	return caller
}

// creatorByHeap returns the user's function that retains the most of what it allocates
// through the module of a shadow: without a trace, the allocation stacks show the creator.
// Func is nil if they do not.
func (in *Input) creatorByHeap(f *finding) (who creator) {
	fn := callstack.LibraryOn(f.heaviestStack())
	if fn == nil {
		return who
	}
	if who = callerOfStarter(in, f.heaviestStack()); who.Func != nil {
		return who
	}
	since := in.growthStart(f)
	if who = mostKept(in, callstack.ModuleOf(fn), since, f.growth.rise*params.turnover.perShadow); who.Func == nil {
		who = onlyMaker(in, callstack.ModuleOf(fn), since)
	}
	return who
}

// callerOfStarter returns the user's function that calls the library function whose
// closure goroutines run: the one that allocated most through it, by the heap profile.
// Func is nil if goroutines run no closure of a library, or no call of it was sampled.
func callerOfStarter(in *Input, st *profile.Stack) (who creator) {
	run := st.FrameAt(st.Depth() - 1).Func
	starter := callstack.WithoutClosure(callstack.WithoutTypes(run.Name))
	if in.Holding == nil || run.Class != profile.ClassDep || starter == callstack.WithoutTypes(run.Name) {
		return who
	}
	most := int64(0)
	for _, sm := range in.Holding.Samples() {
		if len(sm.Values) < 2 || sm.Values[1] <= most || !sm.Stack.HasFrame(func(fr profile.Frame) bool { return callstack.WithoutTypes(fr.Func.Name) == starter }) {
			continue
		}
		if c := callerOn(sm.Stack, callstack.ModuleOf(run)); c.Func != nil {
			who, most = c, sm.Values[1]
			who.isGuess = true
		}
	}
	return who
}

// onlyMaker returns the user's function that allocated through a module since a time, as a
// guess, if there is only one; Func is nil if there are none or several.
func onlyMaker(in *Input, module string, since time.Time) (only creator) {
	for i := range in.Heap {
		g := &in.Heap[i]
		n := len(g.Points)
		if g.Blame == nil || g.Blame.Class != profile.ClassUser || n == 0 || g.Points[n-1].AllocSpace == pointAt(g, since).AllocSpace {
			continue
		}
		switch c := makerIn(g, module); {
		case c.Func == nil:
		case only.Func != nil && callstack.WithoutClosure(only.Func.Name) != callstack.WithoutClosure(c.Func.Name):
			return creator{}
		default:
			only = c
			only.isGuess = true
		}
	}
	return only
}

// mostKept returns, of the user's functions that allocate through a module, the one whose
// heap grew most since a time, by at least minRise bytes. If the sampler saw too little
// of all of them, it returns a guess: one that retained what it allocated since then. A
// function that allocated only before that, or whose objects come and go, does not create
// what accumulates. Func is nil if there is none.
func mostKept(in *Input, module string, since time.Time, minRise float64) (who creator) {
	most := int64(0)
	for i := range in.Heap {
		g := &in.Heap[i]
		if g.Blame == nil || g.Blame.Class != profile.ClassUser || len(g.Points) < 2 {
			continue
		}
		rise, isGuess, ok := keptSince(g, since, minRise)
		if isBetter := who.Func == nil || who.isGuess && !isGuess || who.isGuess == isGuess && rise > most; !ok || !isBetter {
			continue
		}
		if c := makerIn(g, module); c.Func != nil {
			who, most = c, rise
			who.isGuess = isGuess
		}
	}
	return who
}

// keptSince returns by how much the heap of a function grew since a time; ok is false if
// that is less than minRise, or, for a guess, if it did not retain what it allocated.
func keptSince(g *profile.Group, since time.Time, minRise float64) (rise int64, isGuess, ok bool) {
	before, last := pointAt(g, since), g.Points[len(g.Points)-1]
	rise = last.Value - before.Value
	if last.Raw-before.Raw >= params.turnover.minKept {
		return rise, false, float64(rise) >= minRise
	}
	return rise, true, rise > 0 && float64(rise) >= params.spread.minKept*float64(last.AllocSpace-before.AllocSpace)
}

// pointAt returns the newest point of a group that is not after a time, or its first.
func pointAt(g *profile.Group, t time.Time) profile.GroupPoint {
	p, at := g.Points[0], profile.InstantOf(t)
	for _, q := range g.Points {
		if q.Time.After(at) {
			break
		}
		p = q
	}
	return p
}

// makerIn returns the line where the blamed function of a group calls a module: the one
// that makes something, judging by the name of the callee, else the one on the heaviest
// stack. Func is nil if it does not call the module.
func makerIn(g *profile.Group, module string) (first creator) {
	for _, st := range g.Stacks {
		c := callerOn(st, module)
		if c.Func == nil {
			continue
		}
		if slices.ContainsFunc(makers, func(m string) bool { return isCalledLike(c.called, m) }) {
			return c
		}
		if first.Func == nil {
			first = c
		}
	}
	return first
}

// makers are prefixes of the names of functions that make something to be closed, and
// clientMakers of those that make something to be shared.
var (
	makers       = append(clientMakers, "Start", "Subscribe", "Watch", "Listen")
	clientMakers = []string{"New", "Dial", "Open", "Connect", "Create"}
)

// isCalledLike reports whether a function's name, without its package and type, has a prefix.
func isCalledLike(fn *profile.Function, prefix string) bool {
	return strings.HasPrefix(fn.Name[strings.LastIndexByte(fn.Name, '.')+1:], prefix)
}

// callerOn returns the user's function nearest to the leaf of a stack that calls a
// module, and what it calls; Func is nil if there is none.
func callerOn(st *profile.Stack, module string) creator {
	isOfModule := false
	for i, fr := range st.Frames() {
		switch {
		case fr.Func.Class == profile.ClassUser && !isOfModule:
			return creator{}
		case fr.Func.Class == profile.ClassUser:
			return creator{Frame: fr, called: st.FrameAt(i - 1).Func}
		case fr.Func.Class == profile.ClassDep:
			isOfModule = isOfModule || callstack.ModuleOf(fr.Func) == module
		}
	}
	return creator{}
}

// joinWaiters merges the service's own goroutines that wait for what a library delivers
// into the shadow that they come with: for each client, watcher or subscription, the
// library has goroutines, and the service has one that listens. The defect is that the
// client is never closed, not that something listens to it. Conversely, goroutines that
// hang in a function keep what that function created, and the library's goroutines are
// a consequence.
func joinWaiters(c *judgment) {
	mergeInto(c, func(f *finding) *finding {
		g := shadowOf(c, f)
		if g != nil {
			if g.creator.Func == nil || g.creator.isGuess {
				g.creator = creator{Frame: f.blamedFrame()}
			}
			g.waiter = f
		}
		return g
	})
	mergeInto(c, func(f *finding) *finding { return hangingCreatorOf(c, f) })
}

// shadowOf returns the shadow of what a finding of the service's own goroutines waits
// for; nil if there is none.
func shadowOf(c *judgment, f *finding) *finding {
	if !f.isOwn() || !f.signature.ofChannel {
		return nil
	}
	for _, g := range c.findings {
		if g.isShadow() && callstack.LibraryOn(g.heaviestStack()) != nil && f.comesWith(c, g) && f.risesWith(g) {
			return g
		}
	}
	return nil
}

// hangingCreatorOf returns the finding of goroutines that hang in the function that created
// the object of a shadow; nil if there is none.
func hangingCreatorOf(c *judgment, f *finding) *finding {
	if !f.isShadow() || f.creator.Func == nil || !f.cause().ofAnyLibrary {
		return nil
	}
	for _, g := range c.findings {
		if g.isOwn() && !g.signature.ofChannel && g.heaviestStack().Contains(f.creator.Func) && f.risesWith(g) {
			return g
		}
	}
	return nil
}

// isOwn reports whether a finding is about goroutines of the service's own code that
// wait for something known.
func (f *finding) isOwn() bool {
	return f.kind == Goroutine && !f.isShadow() && callstack.HasUser(f.heaviestStack()) && f.signature != nil
}

// comesWith reports whether the creator of a shadow, if it is known, may have started
// the service's own goroutines f as well.
func (f *finding) comesWith(c *judgment, shadow *finding) bool {
	by := shadow.creator.Func
	if by == nil {
		return true
	}
	own := f.blamedName()
	return f.heaviestStack().Contains(by) || c.in.Known[f.heaviestStack()].Starter().Func == by ||
		callstack.WithoutClosure(own) == callstack.WithoutClosure(by.Name) || callstack.ReceiverType(own) != "" && callstack.ReceiverType(own) == callstack.ReceiverType(by.Name)
}
