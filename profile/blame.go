package profile

import "strings"

// findBlame finds the function to blame for what a stack retains: the leaf-most one
// of the user's module; else the leaf-most of a dependency; else the outermost that
// is not the runtime's.
func findBlame(frames []Frame) *Function {
	var dep, outer *Function
	for _, f := range frames {
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
	if outer == nil && len(frames) > 0 {
		return frames[0].Func
	}
	return outer
}

// isObserver reports whether a stack exists only because profiles are being
// collected.
func isObserver(frames []Frame) bool {
	for _, f := range frames {
		if strings.HasPrefix(f.Func.Name, "runtime/pprof.") || strings.HasPrefix(f.Func.Name, "net/http/pprof.") {
			return true
		}
	}
	return false
}
