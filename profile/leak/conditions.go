package leak

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/callstack"
)

// minBlock is the minimum size in bytes of a retained object that may be a block of
// which only a small part is needed.
const minBlock = 32 << 10

// The conditions of signatures.
var (
	keepsAll = &condition{"nearly everything that is allocated is retained", func(_ *judgment, f *finding) bool { return f.growth.kept >= params.turnover.turnsBelow }}

	keepsSome = &condition{"a part of what is allocated is retained", func(_ *judgment, f *finding) bool { return f.growth.kept < params.turnover.turnsBelow }}

	oneObject = &condition{"one object grows in steps", func(_ *judgment, f *finding) bool { return f.object }}

	largeBlocks = &condition{"everything is retained, in blocks of one size, 32 KiB or more", func(_ *judgment, f *finding) bool {
		last := f.series.at[len(f.series.at)-1]
		if last.Objects < 1 || f.growth.kept < params.turnover.turnsBelow || f.object || f.growth.fill.Steps > 0 {
			return false
		}
		each := last.Value / last.Objects
		return each >= minBlock && last.Largest <= each+each/4
	}}

	mostlyOfTypes = &condition{"at least half of it is what reflect keeps for types made at run time, or what an encoder keeps for types that it has seen", func(_ *judgment, f *finding) bool {
		return isMostlyThrough(f.series.group, typeStacks)
	}}

	writeLoopToo = &condition{"there are as many goroutines in net/http.(*persistConn).writeLoop as in readLoop", func(c *judgment, _ *finding) bool {
		return similarGrowth(c.goroutineRise("net/http.(*persistConn).readLoop"), c.goroutineRise("net/http.(*persistConn).writeLoop"))
	}}

	callsWait = &condition{"as many of the service's own HTTP calls wait for a response", func(c *judgment, f *finding) bool {
		return waitingCalls(c, callPatterns) >= c.goroutineRise("net/http.(*persistConn).readLoop")/2
	}}

	loopsWithoutCall = &condition{"there are as many goroutines in net/http.(*persistConn).writeLoop as in readLoop, and fewer HTTP calls wait for a response", func(c *judgment, f *finding) bool {
		return writeLoopToo.holds(c, f) && !callsWait.holds(c, f)
	}}

	streamsWithoutCall = &condition{"none of the service's own code is on the stack, and fewer HTTP calls wait for a response", func(c *judgment, f *finding) bool {
		return f.isShadow() && waitingCalls(c, streamPatterns) < f.series.countEvents()/2
	}}

	noConnectionGrows = &condition{"none of the service's own code is on the stack, and the number of goroutines that serve connections does not rise, where that is known", func(c *judgment, f *finding) bool {
		return f.lacksUserCode() && len(c.in.Goroutines) > 0 && c.goroutineRise("net/http.(*conn).serve") < params.material.goroutines
	}}

	noReflectorGrows = &condition{"none of the service's own code is on the stack, and the number of reflectors does not rise", func(c *judgment, f *finding) bool {
		return f.lacksUserCode() && c.goroutineRise("k8s.io/client-go/tools/cache.(*Reflector).*") < params.material.goroutines
	}}

	hasUserCode = &condition{"the service's own code is on the stack", func(_ *judgment, f *finding) bool { return callstack.HasUser(f.heaviestStack()) }}

	othersPastSend = &condition{"other goroutines have passed the send, and are further on in the same function", func(c *judgment, f *finding) bool {
		at, _ := pastSend(&c.in, f)
		return at.Func != nil
	}}

	filesStayOpen = &condition{"the number of open files rises with it, where that is known", func(c *judgment, f *finding) bool {
		rise, ok := c.in.openFilesRise(f.growth.window)
		return !ok || rise.risen() >= params.material.openFiles
	}}

	noClientGrows = &condition{"the service's own HTTP client does not grow", func(c *judgment, _ *finding) bool {
		return c.goroutineRise("net/http.(*persistConn).readLoop") < params.material.goroutines
	}}

	noUserFrame = &condition{"the stack has frames of a library, or of a standard library package that starts goroutines, and none of the service's own code", func(_ *judgment, f *finding) bool {
		return callstack.IsOfComponent(f.heaviestStack())
	}}

	noUserCode = &condition{"none of the service's own code is on the stack", func(_ *judgment, f *finding) bool { return f.lacksUserCode() }}

	waitsInLibrary = &condition{"a library's frames, or the standard library's, are nearer to the leaf than the service's own code", func(_ *judgment, f *finding) bool {
		return callstack.HasUser(f.heaviestStack()) && (!callstack.IsDirect(f.heaviestStack()) || callstack.PackageBetween(f.heaviestStack()) != "")
	}}

	calledByLibrary = &condition{"a library's frames are nearer to the leaf than the service's own code", func(_ *judgment, f *finding) bool {
		return !callstack.IsDirect(f.heaviestStack())
	}}

	readsItself = &condition{"the service's own code is on the stack, or only packages that start no goroutines", func(_ *judgment, f *finding) bool {
		return !callstack.IsOfComponent(f.heaviestStack())
	}}

	isQueue = &condition{"a part of what is allocated is retained, in a list, or as a sawtooth whose floor rises", func(_ *judgment, f *finding) bool {
		return f.growth.kept < params.turnover.turnsBelow && (len(f.growth.saw.Troughs) > 0 || slices.ContainsFunc(heavyStacks(f.series.group, params.signature.heavy), callstack.Pattern{"...", "container/list.*"}.Matches))
	}}

	blockedFinalizer = &condition{"a finalizer is blocked", func(c *judgment, f *finding) bool {
		return f.growth.kept >= params.turnover.turnsBelow && blockedFinalizerOf(&c.in).Func != nil
	}}

	goBefore123 = &condition{"the service was built with a Go version before 1.23", func(c *judgment, _ *finding) bool {
		return isBeforeGo(c.in.GoVersion, 1, 23)
	}}

	nilChannel = &condition{"the full goroutine dump says \"nil chan\"", func(c *judgment, f *finding) bool {
		return strings.Contains(c.in.Known[f.heaviestStack()].State, "nil chan")
	}}

	hasTicker = &condition{"the same function keeps tickers on the heap", func(c *judgment, f *finding) bool {
		b := f.series.group.Blame
		if b == nil || b.Class < profile.ClassDep {
			return false
		}
		for i := range c.in.Heap {
			g := &c.in.Heap[i]
			if g.Blame == nil || callstack.WithoutClosure(g.Blame.Name) != callstack.WithoutClosure(b.Name) {
				continue
			}
			if slices.ContainsFunc(g.Stacks, callstack.Pattern{"...", "time.NewTicker"}.Matches) {
				return true
			}
		}
		return false
	}}
)

// isBeforeGo reports whether a version such as "go1.22.3" is known and lower than
// major.minor.
func isBeforeGo(version string, major, minor int) bool {
	var a, b int
	if n, _ := fmt.Sscanf(version, "go%d.%d", &a, &b); n < 2 {
		return false
	}
	return a < major || a == major && b < minor
}

// blockedFinalizerOf returns the line at which the goroutine that runs finalizers or
// cleanups waits inside of the service's code, or else of a library's; Func is nil if it
// does not.
func blockedFinalizerOf(in *Input) (at profile.Frame) {
	if in.Waiting == nil {
		return at
	}
	for _, x := range in.Waiting.Samples() {
		st := x.Stack
		if !callstack.IsParked(st) || !st.HasFrame(func(fr profile.Frame) bool { return runsFinalizers[fr.Func.Name] }) {
			continue
		}
		for _, class := range []profile.Class{profile.ClassUser, profile.ClassDep} {
			if i := st.IndexFrame(func(fr profile.Frame) bool { return fr.Func.Class == class }); i >= 0 {
				return st.FrameAt(i)
			}
		}
	}
	return at
}

// runsFinalizers are the functions of the runtime that run finalizers and cleanups.
var runsFinalizers = map[string]bool{
	"runtime.runFinalizers": true, "runtime.runfinq": true, "runtime.runCleanups": true, "runtime.(*cleanupQueue).runCleanups": true,
}

// typeMakers make types at run time.
var typeMakers = []callstack.Pattern{
	{"...", "reflect.StructOf"}, {"...", "reflect.FuncOf"}, {"...", "reflect.ArrayOf"}, {"...", "reflect.MapOf"}, {"...", "reflect.SliceOf"}, {"...", "reflect.ChanOf"}, {"...", "reflect.(*rtype).ptrTo"},
}

// typeStacks are the stacks of memory that is kept for each type: by reflect, if the type
// is made at run time, and by encoders.
var typeStacks = append(slices.Clone(typeMakers), []callstack.Pattern{
	{"...", "encoding/json.typeEncoder"},
	{"...", "encoding/json.cachedTypeFields"},
	{"...", "encoding/json/v2.lookupArshaler"},
	{"...", "encoding/xml.getTypeInfo"},
	{"...", "encoding/gob.getTypeInfo"},
	{"...", "encoding/gob.validUserType"},
	{"...", "github.com/json-iterator/go.(*frozenConfig).EncoderOf"},
	{"...", "github.com/json-iterator/go.(*frozenConfig).DecoderOf"},
	{"...", "github.com/go-playground/validator/v10.(*Validate).extractStructCache"},
}...)

// makerOfTypes returns the line of the service's code that makes most of the types at run
// time that the heap holds; Func is nil if there is none.
func makerOfTypes(in *Input) (at profile.Frame) {
	most := int64(0)
	for i := range in.Heap {
		g := &in.Heap[i]
		if len(g.Now) != len(g.Stacks) {
			continue
		}
		for j, st := range g.Stacks {
			n := st.IndexFrame(func(fr profile.Frame) bool { return fr.Func.Class == profile.ClassUser })
			if n >= 0 && g.Now[j] > most && callstack.MatchesAny(st, typeMakers) {
				at, most = st.FrameAt(n), g.Now[j]
			}
		}
	}
	return at
}

// joinOneLeak merges all memory of a signature that is one leak into one finding,
// including what is too young or too small to be a finding: types made at run time, and
// what encoders keep for each of them, are one leak.
func joinOneLeak(c *judgment) {
	leads := map[*Signature]*finding{}
	for _, f := range c.findings {
		if s := f.cause(); s.oneLeak && (leads[s] == nil || f.growth.rate.PerSecond > leads[s].growth.rate.PerSecond) {
			leads[s] = f
		}
	}
	mergeInto(c, func(f *finding) *finding {
		if lead := leads[f.cause()]; lead != f {
			return lead
		}
		return nil
	})
	for sig := range leads {
		for _, s := range c.heap {
			if _, ok := c.others[keyOf(s.group)]; ok && sig.When.holds(c, &finding{series: s}) {
				c.held[keyOf(s.group)] = true
			}
		}
	}
}

// isMostlyThrough reports whether at least half of a group is on stacks that match one of
// the patterns. It checks the heaviest stacks first, because most of thousands hold next
// to nothing.
func isMostlyThrough(g *profile.Group, stacks []callstack.Pattern) bool {
	weight := func(i int) int64 { return 1 }
	if len(g.Now) == len(g.Stacks) {
		weight = func(i int) int64 { return g.Now[i] }
	}
	rest, order := int64(0), make([]int, 0, len(g.Stacks))
	for i := range g.Stacks {
		if w := weight(i); w > 0 {
			rest, order = rest+w, append(order, i)
		}
	}
	half := (rest + 1) / 2
	sort.Slice(order, func(i, j int) bool { return weight(order[i]) > weight(order[j]) })
	sum := int64(0)
	for _, i := range order {
		rest -= weight(i)
		if callstack.MatchesAny(g.Stacks[i], stacks) {
			sum += weight(i)
		}
		if sum >= half || sum+rest < half {
			break
		}
	}
	return sum > 0 && sum >= half
}

// similarGrowth reports whether two counts grew by roughly the same.
func similarGrowth(a, b float64) bool { return a > 0 && b > 0 && a/b < 1.25 && b/a < 1.25 }

// goroutineRise returns the increase in the number of goroutines with fn on their
// stack.
func (c *judgment) goroutineRise(fn string) float64 {
	sum := 0.0
	for _, s := range c.goroutines {
		if (callstack.Pattern{"...", fn}).Matches(topStack(s.group)) {
			sum += s.countEvents()
		}
	}
	return sum
}

// callPatterns and streamPatterns are the stacks of HTTP/1 and HTTP/2 calls that wait for
// a response.
var (
	callPatterns   = []callstack.Pattern{{"...", "net/http.(*persistConn).roundTrip"}}
	streamPatterns = []callstack.Pattern{
		{"...", "net/http.(*http2ClientConn).roundTrip"},
		{"...", "net/http.(*http2ClientConn).RoundTrip"},
		{"...", "net/http/internal/http2.(*ClientConn).roundTrip"},
		{"...", "golang.org/x/net/http2.(*ClientConn).roundTrip"},
		{"...", "golang.org/x/net/http2.(*ClientConn).RoundTrip"},
	}
)

// waitingCalls returns the increase in the number of HTTP calls that wait for a response.
func waitingCalls(c *judgment, stacks []callstack.Pattern) float64 {
	sum := 0.0
	for _, s := range c.goroutines {
		if callstack.MatchesAny(topStack(s.group), stacks) {
			sum += s.countEvents()
		}
	}
	return sum
}

func topStack(g *profile.Group) *profile.Stack {
	if len(g.Stacks) == 0 {
		return nil
	}
	return g.Stacks[0]
}
