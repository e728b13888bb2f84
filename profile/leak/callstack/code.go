package callstack

import (
	"slices"

	"github.com/leaktop/leaktop/profile"
)

// HasUser reports whether a stack has a frame of the user's own code.
func HasUser(st *profile.Stack) bool {
	return st != nil && st.HasFrame(func(fr profile.Frame) bool { return fr.Func.Class == profile.ClassUser })
}

// IsPulled reports whether a stack is that of an iterator that iter.Pull runs. The user's
// code on it is the iterator, not the code that forgot to stop it.
func IsPulled(st *profile.Stack) bool { return Pattern{"...", "runtime.corostart"}.Matches(st) }

// IsDirect reports whether no library is between the user's code and the primitive
// at the leaf.
func IsDirect(st *profile.Stack) bool {
	for _, fr := range st.Frames() {
		if fr.Func.Class >= profile.ClassDep {
			return fr.Func.Class == profile.ClassUser
		}
	}
	return true
}

// plainPackages are packages of the standard library whose functions users run as
// goroutines themselves, rather than inside a client or server.
var plainPackages = []string{"", "runtime", "sync", "internal/sync", "time", "io", "net", "bufio", "crypto/tls", "context", "os"}

// IsOfComponent reports whether a stack has none of the user's code, and belongs to
// something that starts goroutines of its own: a library, or a client or server of the
// standard library.
func IsOfComponent(st *profile.Stack) bool {
	if st == nil || HasUser(st) || st.Depth() == 0 {
		return false
	}
	outermost := st.FrameAt(st.Depth() - 1).Func
	return LibraryOn(st) != nil || !slices.Contains(plainPackages, profile.PackagePath(outermost.Name))
}

// CalleeOn returns what a function calls on a stack; nil if it is not there, or the leaf.
func CalleeOn(st *profile.Stack, fn *profile.Function) *profile.Function {
	if i := st.IndexFrame(func(fr profile.Frame) bool { return fr.Func == fn }); i > 0 {
		return st.FrameAt(i - 1).Func
	}
	return nil
}

// LineOf returns the line of a function on a stack, or its first line if it is not
// on the stack.
func LineOf(st *profile.Stack, b *profile.Function) profile.Frame {
	if st != nil {
		for _, fr := range st.Frames() {
			if fr.Func == b {
				return fr
			}
		}
	}
	if b == nil {
		return profile.Frame{}
	}
	return profile.Frame{Func: b, Line: b.StartLine}
}

// WaitsBelow reports whether a function of the standard library is nearer to the leaf of a
// stack than all code of the service and its libraries.
func WaitsBelow(st *profile.Stack, fn string) bool {
	for _, fr := range st.Frames() {
		switch {
		case fr.Func.Name == fn:
			return true
		case fr.Func.Class >= profile.ClassDep:
			return false
		}
	}
	return false
}

// HasMethodOf reports whether a method of a type is on a stack.
func HasMethodOf(st *profile.Stack, receiver string) bool {
	return receiver != "" && st.HasFrame(func(fr profile.Frame) bool { return ReceiverType(fr.Func.Name) == receiver })
}
