package profile

import (
	"strconv"
	"strings"
)

// Place is a line of a stack from a source other than a profile: an execution trace
// or a full goroutine dump. Its texts are unsanitized.
type Place struct {
	Func, File string
	Line       int
}

// Frames interns places, so that their functions are named and classified like
// those of profiles.
func (h *HistoryBuilder) Frames(at []Place) []Frame {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make([]Frame, 0, min(len(at), maxFrames))
	for _, p := range at[:min(len(at), maxFrames)] {
		f := h.syms.internFunc(p.Func, p.File, 0)
		if len(h.syms.pinned) < maxPinned {
			h.syms.pinned[f] = true // it may be compared with functions of profiles much later
		}
		out = append(out, Frame{f, p.Line})
	}
	return out
}

// maxPinned bounds the functions that are never dropped because dumps and traces
// refer to them.
const maxPinned = 20_000

// Places returns the frames of a stack as a goroutine dump or an execution trace
// has them: without those of the runtime, which dumps leave out.
func (s *Stack) Places() []Place {
	var out []Place
	for _, f := range s.Frames() {
		if !IsRuntimeFunc(f.Func.Name) {
			out = append(out, Place{f.Func.Symbol(), f.Func.File, f.Line})
		}
	}
	return out
}

// IsRuntimeFunc reports whether a function belongs to the Go runtime, by its name
// alone.
func IsRuntimeFunc(name string) bool {
	pkg := PackagePath(name)
	return pkg == "runtime" || strings.HasPrefix(pkg, "runtime/internal/") || strings.HasPrefix(pkg, "internal/runtime/")
}

// keyFrames is how many frames make a key: a full dump leaves out frames more than
// 50 from either end.
const keyFrames = 40

// StackKey returns a key that matches equal stacks from different sources: the
// functions of the innermost frames, leaf first, with their lines if lines is set.
// Frames of the runtime do not count.
func StackKey(at []Place, lines bool) string {
	var b strings.Builder
	n := 0
	for _, p := range at {
		if IsRuntimeFunc(p.Func) {
			continue
		}
		if n++; n > keyFrames {
			break
		}
		b.WriteString(dropTypeArgs(p.Func))
		if lines {
			b.WriteByte(':')
			b.WriteString(strconv.Itoa(p.Line))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// dropTypeArgs replaces the type arguments of a name by "...", as dumps do:
// "store.(*Cache[go.shape.int]).Put" becomes "store.(*Cache[...]).Put".
func dropTypeArgs(name string) string {
	from, to := strings.IndexByte(name, '['), strings.LastIndexByte(name, ']')
	if from < 0 || to < from {
		return name
	}
	return name[:from] + "[...]" + name[to+1:]
}
