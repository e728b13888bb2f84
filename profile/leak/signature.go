package leak

import (
	"fmt"
	"slices"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/callstack"
)

// Signature is a known cause of leaks: its stacks, and what to change. A page of
// the documentation is generated from the table.
type Signature struct {
	ID    string // stable: "unclosed-response-body"
	Title string // "HTTP response body not closed"
	Kind  Kind
	// Stacks are patterns of stacks, leaf first, any of which matches. See pattern.
	Stacks []callstack.Pattern
	// When is a further condition; nil for none.
	When *condition
	// Says describes what the suspect does, with %s for the blamed function; Alone is
	// the same if no function is known.
	Says, Alone string
	// Object is what the cause is about, in the plural, if each has PerObject
	// goroutines: "connections". Empty if it is about the goroutines themselves.
	Object     string
	PerObject  int
	Cause, Fix string
	Example    string // Go code that shows the fix
	// Library means that libraries may be on the stack between the primitive that is
	// waited for and the user's code; {library} in the texts is the name of one.
	Library bool
	// Confidence is that of a suspect with this signature: Low if such growth is
	// often innocent.
	Confidence Confidence
	implications
}

// implications are the consequences of a signature for blame. Everything that the judge does
// only for some signatures is a field here, so that a new row of the table can use it too.
type implications struct {
	// madeBy is the function through which the creator of these goroutines allocates the
	// object to which they belong; empty for any function of their library.
	madeBy string
	// ofBodies means HTTP responses whose bodies are not closed.
	ofBodies bool
	// ofChannel means waiting for a channel that a library may have to close or to feed.
	ofChannel bool
	// ofConnection means reading from a connection: goroutines in other methods of the same
	// type wait because it stays open.
	ofConnection bool
	// ofClients means connections that the other side opens: more of them may simply
	// mean more clients.
	ofClients bool
	// ofLittle means that the memory on these stacks is a small part of what is kept.
	ofLittle bool
	// ofRequests means HTTP requests that something keeps.
	ofRequests bool
	// ofGoroutines means memory of goroutines, whatever they run.
	ofGoroutines bool
	// ofAnyLibrary means that nothing specific is known about the library.
	ofAnyLibrary bool
	// holdsConnections means that each holds a connection of a client in this process open.
	holdsConnections bool
	// otherEnd means the other end of a connection that this process itself keeps open.
	otherEnd bool
	// servedBy are stacks of that other end, if this process may serve it itself.
	servedBy callstack.Pattern
	// oneLeak means that all memory of this signature is one leak.
	oneLeak bool
	// keepsFiles means that files or connections stay open.
	keepsFiles bool
	// mayPin means that a small part of each block may keep the whole.
	mayPin bool
	// resource is what another goroutine may hold; nil if there is no such thing.
	resource *resource
	// partOf is the ID of the signature whose suspects include these goroutines, and
	// included is what the sentence calls them. If included is empty, only goroutines in
	// methods of the same type are included, and the sentence adds the names of these
	// methods.
	partOf, included string
	// origin describes which other function is part of the cause; nil or an empty text
	// if none is.
	origin func(in *Input, f *finding) string
}

// noSignature is the signature of an unknown cause, which implies nothing.
var noSignature = &Signature{}

// cause returns the signature of a finding, or an empty one.
func (f *finding) cause() *Signature {
	if f.signature == nil {
		return noSignature
	}
	return f.signature
}

// condition is a requirement apart from the stack, with its name for the
// documentation.
type condition struct {
	name  string
	holds func(c *judgment, f *finding) bool
}

// Condition describes the requirement apart from the stack; empty if there is none.
func (s Signature) Condition() string {
	if s.When == nil {
		return ""
	}
	return s.When.name
}

// Patterns returns the stacks in words: "runtime.chansend < runtime.chansend1 < user".
func (s Signature) Patterns() []string {
	var out []string
	for _, p := range s.Stacks {
		line := ""
		for i, f := range p {
			if i > 0 {
				line += " < "
			}
			line += f
		}
		out = append(out, line)
	}
	return out
}

// Signatures is the table of known causes. The first that matches a suspect is its
// cause: specific ones precede general ones.
var Signatures = slices.Concat(librarySignatures, waitSignatures, lockSignatures, netSignatures, fallbackSignatures, libraryHeapSignatures, heapSignatures, generalSignatures)

// assignSignature sets the first signature that matches a finding.
func (c *judgment) assignSignature(f *finding) {
	if f.spread != nil {
		return // no single stack represents it
	}
	for i := range Signatures {
		if c.matchesSignature(&Signatures[i], f) {
			f.signature = &Signatures[i]
			if f.signature.Confidence == Low {
				f.confidence = Low
			}
			return
		}
	}
}

func (c *judgment) matchesSignature(s *Signature, f *finding) bool {
	if s.Kind != f.kind || s.When != nil && !s.When.holds(c, f) {
		return false
	}
	if s.Kind == Goroutine && !s.Library && !callstack.IsDirect(f.heaviestStack()) {
		return false
	}
	if len(s.Stacks) == 0 {
		return true
	}
	share := params.signature.heavy
	if s.ofLittle {
		share = params.signature.little
	}
	return slices.ContainsFunc(heavyStacks(f.series.group, share), func(st *profile.Stack) bool {
		return callstack.MatchesAny(st, s.Stacks)
	})
}

// heavyStacks returns the stacks that hold at least a share of a group.
func heavyStacks(g *profile.Group, share float64) []*profile.Stack {
	if len(g.Now) != len(g.Stacks) || len(g.Stacks) < 2 {
		return g.Stacks
	}
	total := int64(0)
	for _, v := range g.Now {
		total += v
	}
	var out []*profile.Stack
	for i, st := range g.Stacks {
		if g.Now[i] > 0 && float64(g.Now[i]) >= share*float64(total) {
			out = append(out, st)
		}
	}
	return out
}

// describeOrigin says which other function is part of the cause: the one that makes the
// types, blocks the finalizers, waits in the library, or requested the responses.
func describeOrigin(in *Input, f *finding) string {
	if origin := f.cause().origin; origin != nil {
		if text := origin(in, f); text != "" {
			return " " + text
		}
	}
	if f.closes.Func != nil && f.creator.Func == nil {
		return fmt.Sprintf(" Most of the connections are dialed in %s, but nothing of its calls is retained, so it probably closes their bodies: look for another caller of the same client, which takes the connections and leaves its bodies open.", describeFrame(f.closes))
	}
	if at := callerOf(in, f); at.Func != nil {
		return fmt.Sprintf(" Nearly all were opened for %s: if the response is returned to it, it has to close it.", describeFrame(at))
	}
	return ""
}

// describeTypeMaker says what makes types at run time.
func describeTypeMaker(in *Input, _ *finding) string {
	if at := makerOfTypes(in); at.Func != nil {
		return fmt.Sprintf("%s makes them.", describeFrame(at))
	}
	return ""
}

// describeFinalizer says where a finalizer is blocked.
func describeFinalizer(in *Input, _ *finding) string {
	return fmt.Sprintf("It is blocked in %s.", describeFrame(blockedFinalizerOf(in)))
}

// describeSender says which library waits to send instead of reading.
func describeSender(in *Input, _ *finding) string {
	if at := sendingLibrary(in); at.Func != nil {
		return fmt.Sprintf("If the channel belongs to %s, it is not read because that waits to send itself, in %s: read all that it sends, such as results and errors, or configure it not to.", callstack.ModuleOf(at.Func), describeFrame(at))
	}
	return ""
}

// keeperOfRequests returns the line of the user's function that retains the most of what it
// allocates while it serves HTTP requests: if requests are kept, it, or a function that it
// calls, probably keeps them. Func is nil if there is none.
func keeperOfRequests(in *Input, f *finding) (who creator) {
	most := int64(0)
	for i := range in.Heap {
		g := &in.Heap[i]
		if g.Blame == nil || g.Blame.Class != profile.ClassUser || len(g.Points) < 2 {
			continue
		}
		rise, isGuess, ok := keptSince(g, in.growthStart(f), params.material.heap/16)
		if at := slices.IndexFunc(g.Stacks, callstack.Pattern{"...", "net/http.(*conn).serve"}.Matches); ok && !isGuess && rise > most && at >= 0 {
			who, most = creator{Frame: callstack.LineOf(g.Stacks[at], g.Blame), isGuess: true}, rise
		}
	}
	return who
}

// sendingLibrary returns where a goroutine of a library waits to send itself; Func is nil if
// there is none, or if several libraries have one. It does not matter which part of the
// library the service uses: a channel that it took from there is on no stack.
func sendingLibrary(in *Input) (at profile.Frame) {
	if in.Waiting == nil {
		return at
	}
	for _, x := range in.Waiting.Samples() {
		lib := callstack.LibraryOn(x.Stack)
		if lib == nil || callstack.HasUser(x.Stack) || !(callstack.Pattern{"runtime.chansend", "..."}).Matches(x.Stack) {
			continue
		}
		if at.Func != nil && callstack.ModuleOf(at.Func) != callstack.ModuleOf(lib) {
			return profile.Frame{}
		}
		at = x.Stack.FrameAt(x.Stack.IndexFrame(func(fr profile.Frame) bool { return fr.Func.Class == profile.ClassDep }))
	}
	return at
}
