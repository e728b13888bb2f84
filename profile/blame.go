package profile

import (
	"cmp"
	"iter"
	"strings"
)

// findBlame finds the function to blame for what a stack retains: the leaf-most one
// of the user's module; else the leaf-most of a dependency; else the outermost that
// is not the runtime's.
func findBlame(frames iter.Seq2[int, Frame]) *Function {
	var dep, outer, leaf *Function
	for i, f := range frames {
		if i == 0 {
			leaf = f.Func
		}
		switch f.Func.Class {
		case ClassUser:
			return f.Func
		case ClassDep:
			if dep == nil {
				dep = f.Func
			}
			outer = f.Func
		case ClassStd:
			outer = f.Func
		}
	}
	if dep != nil {
		return dep
	}
	return cmp.Or(outer, leaf)
}

// isObserver reports whether a stack exists only because profiles are being
// collected.
func isObserver(s *Stack) bool {
	for _, f := range s.Frames() {
		if strings.HasPrefix(f.Func.Name, "runtime/pprof.") || strings.HasPrefix(f.Func.Name, "net/http/pprof.") {
			return true
		}
	}
	return false
}
