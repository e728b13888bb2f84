package leak

import (
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile"
)

// A goroutine whose frames are all of libraries is the shadow of something that the
// user's code made and never closed: a client, a connection, a subscription. The one
// to blame is who made it, never the library's loop.

// isShadow reports whether a finding is of goroutines whose stack has no frame of the
// user's.
func (f *finding) isShadow() bool {
	return f.kind == Goroutine && !hasUser(f.heaviestStack())
}

// hasUser reports whether a frame of the user's own code is on a stack.
func hasUser(st *profile.Stack) bool {
	return st != nil && slices.ContainsFunc(st.Frames, func(fr profile.Frame) bool { return fr.Func.Class == profile.ClassUser })
}

// isDirect reports whether the code of the user's, or none, is what waits: no library
// is between it and the primitive at the leaf.
func isDirect(st *profile.Stack) bool {
	for _, fr := range st.Frames {
		if fr.Func.Class >= profile.ClassDep {
			return fr.Func.Class == profile.ClassUser
		}
	}
	return true
}

// libraryOn is the library whose frame is the nearest to the leaf of a stack; nil if
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

// moduleOf is the module of a function of a library, as far as its file or its name
// says: "google.golang.org/grpc".
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

// unescapePath undoes the escapes of the module cache: "!burnt!sushi" is "BurntSushi".
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

// libraryName is what a sentence calls the library that a finding goes through.
func (f *finding) libraryName() string {
	if fn := libraryOn(f.heaviestStack()); fn != nil {
		return moduleOf(fn)
	}
	return "a library"
}

// mergeShadows makes one finding of all shadows of the same creator, or, where none is
// known, of the same library: what it made starts several goroutines.
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

// isMoreSpecific reports whether f says more of a cause than another shadow of it: a known
// cause in a library says more than one of the standard library, and any more than none.
func (f *finding) isMoreSpecific(other *finding) bool {
	rank := func(f *finding) int {
		switch {
		case f.signature == nil:
			return 0
		case f.signature.ID == genericShadow:
			return 1
		case !f.signature.Library:
			return 2
		}
		return 3
	}
	if a, b := rank(f), rank(other); a != b {
		return a > b
	}
	return f.growth.rate.PerSecond > other.growth.rate.PerSecond
}

// creatorByHeap is the user's function that keeps the most of what it allocated through
// the module that a shadow is of: where no trace says who creates it, the stacks of
// allocation do. Func is nil if none grows.
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
