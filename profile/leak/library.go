package leak

import (
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile"
)

// A goroutine with only library frames is a side effect of something that the
// user's code created and never closed: a client, a connection, a subscription. Its
// creator is to blame, never the library's loop.

// isShadow reports whether a finding is of goroutines whose stack has no frame of
// the user's code.
func (f *finding) isShadow() bool {
	return f.kind == Goroutine && (!hasUser(f.heaviestStack()) || isPulled(f.heaviestStack()))
}

// isPulled reports whether a stack is that of an iterator that iter.Pull runs: the
// user's code on it is the iterator, not what forgot to stop it.
func isPulled(st *profile.Stack) bool { return pattern{"...", "runtime.corostart"}.matchesStack(st) }

// plainPackages are those of the standard library whose functions users run as
// goroutines themselves: what they wait for is not hidden in a component.
var plainPackages = []string{"", "runtime", "sync", "internal/sync", "time", "io", "net", "bufio", "crypto/tls", "context", "os"}

// isOfComponent reports whether a stack has none of the user's code, and belongs to
// something that starts goroutines of its own: a library, or a client or server of the
// standard library.
func isOfComponent(st *profile.Stack) bool {
	if st == nil || hasUser(st) || len(st.Frames) == 0 {
		return false
	}
	outermost := st.Frames[len(st.Frames)-1].Func
	return libraryOn(st) != nil || !slices.Contains(plainPackages, profile.PackagePath(outermost.Name))
}

// hasUser reports whether a stack has a frame of the user's own code.
func hasUser(st *profile.Stack) bool {
	return st != nil && slices.ContainsFunc(st.Frames, func(fr profile.Frame) bool { return fr.Func.Class == profile.ClassUser })
}

// isDirect reports whether no library is between the user's code and the primitive
// at the leaf.
func isDirect(st *profile.Stack) bool {
	for _, fr := range st.Frames {
		if fr.Func.Class >= profile.ClassDep {
			return fr.Func.Class == profile.ClassUser
		}
	}
	return true
}

// libraryOn returns the library function nearest to the leaf of a stack; nil if
// there is none.
func libraryOn(st *profile.Stack) *profile.Function {
	if st == nil {
		return nil
	}
	for _, fr := range st.Frames {
		if fr.Func.Class == profile.ClassDep {
			return fr.Func
		}
	}
	return nil
}

// moduleOf returns the module of a library's function, as far as its file or its
// name shows: "google.golang.org/grpc".
func moduleOf(f *profile.Function) string {
	if at := strings.Index(f.File, "@v"); at > 0 {
		path := f.File[:at]
		if i := strings.LastIndex(path, "/pkg/mod/"); i >= 0 {
			path = path[i+len("/pkg/mod/"):]
		}
		if i := strings.LastIndex(path, "/vendor/"); i >= 0 {
			path = path[i+len("/vendor/"):]
		}
		return unescapePath(path)
	}
	path := profile.PackagePath(f.Name)
	if i := strings.Index(path, "/internal"); i > 0 {
		path = path[:i]
	}
	parts := strings.Split(path, "/")
	return strings.Join(parts[:min(len(parts), 3)], "/")
}

// unescapePath undoes the escaping of the module cache: "!burnt!sushi" becomes
// "BurntSushi".
func unescapePath(path string) string {
	head, rest, found := strings.Cut(path, "!")
	for found && rest != "" {
		var next string
		head += strings.ToUpper(rest[:1])
		next, rest, found = strings.Cut(rest[1:], "!")
		head += next
	}
	return head
}

// libraryName returns the name of the library that a finding goes through, for
// sentences.
func (f *finding) libraryName() string {
	if fn := libraryOn(f.heaviestStack()); fn != nil {
		return moduleOf(fn)
	}
	if name := packageBetween(f.heaviestStack()); name != "" {
		return name
	}
	return "a library"
}

// packageBetween returns the package of the standard library that the user's code
// called, if goroutines wait inside of it: not in a primitive itself. Empty for none.
func packageBetween(st *profile.Stack) string {
	name := ""
	if st == nil {
		return name
	}
	for _, fr := range st.Frames {
		if fr.Func.Class >= profile.ClassDep {
			break
		}
		name = profile.PackagePath(fr.Func.Name)
	}
	switch name {
	case "runtime", "sync", "internal/sync", "time", "internal/runtime/maps":
		return ""
	}
	return name
}

// mergeShadows merges all shadows of the same creator, or, if it is unknown, of the
// same library: one object often starts several goroutines.
func (c *judgment) mergeShadows() {
	type cause struct {
		creator *profile.Function
		module  string
	}
	causeOf := func(f *finding) (k cause, ok bool) {
		if !f.isShadow() || f.signature != nil && f.signature.ID == "server-end" {
			return k, false
		}
		if f.creator.Func != nil {
			return cause{creator: f.creator.Func}, true
		}
		if fn := libraryOn(f.heaviestStack()); fn != nil {
			return cause{module: moduleOf(fn)}, true
		}
		return k, false
	}
	lead := map[cause]*finding{}
	for _, f := range c.findings {
		if k, ok := causeOf(f); ok && (lead[k] == nil || f.isMoreSpecific(lead[k])) {
			lead[k] = f
		}
	}
	c.findings = slices.DeleteFunc(c.findings, func(f *finding) bool {
		k, ok := causeOf(f)
		if !ok || lead[k] == f {
			return false
		}
		lead[k].addShare(f, 1)
		lead[k].others++
		return true
	})
}

// isMoreSpecific reports whether f identifies a cause more precisely than another
// shadow of it: a known cause in a library is more specific than an unknown one in a
// library, that more than any in the standard library, and each more than none.
func (f *finding) isMoreSpecific(other *finding) bool {
	rank := func(f *finding) int {
		switch {
		case f.signature == nil:
			return 0
		case f.signature.ID == genericShadow && libraryOn(f.heaviestStack()) != nil:
			return 2 // connections of the standard library that it keeps are a consequence
		case f.signature.ID == genericShadow, !f.signature.Library:
			return 1
		}
		return 3
	}
	if a, b := rank(f), rank(other); a != b {
		return a > b
	}
	return f.growth.rate.PerSecond > other.growth.rate.PerSecond
}

// creatorByHeap returns the user's function that retains the most of what it
// allocates through the module that a shadow is of: without a trace, the allocation
// stacks show the creator. Func is nil if no such function grows.
func (in *Input) creatorByHeap(f *finding) (who profile.Frame) {
	fn := libraryOn(f.heaviestStack())
	if fn == nil {
		return who
	}
	module, most := moduleOf(fn), int64(0)
	through := func(st *profile.Stack) bool {
		return hasUser(st) && slices.ContainsFunc(st.Frames, func(fr profile.Frame) bool {
			return fr.Func.Class == profile.ClassDep && moduleOf(fr.Func) == module
		})
	}
	from := in.Now.Add(-secondsOf(f.growth.window / params.window.nearly))
	for i := range in.Heap {
		g := &in.Heap[i]
		if g.Blame == nil || g.Blame.Class != profile.ClassUser || len(g.Points) < 2 {
			continue
		}
		rise := g.Points[len(g.Points)-1].Value - groupAt(g, from)
		if rise <= most || float64(rise) < f.growth.rise*params.turnover.perShadow {
			continue
		}
		if j := slices.IndexFunc(g.Stacks, through); j >= 0 {
			who, most = lineOf(g.Stacks[j], g.Blame), rise
		}
	}
	return who
}
