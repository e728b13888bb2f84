package profile

import (
	"strconv"
	"strings"
)

// Place is a line of a stack as something else than a profile tells it: an
// execution trace or a full goroutine dump. Its texts are as they came.
type Place struct {
	Func, File string
	Line       int
}

// Frames interns places, so that their functions are named and classified as
// those of profiles are.
func (h *HistoryBuilder) Frames(at []Place) []Frame {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make([]Frame, 0, min(len(at), maxFrames))
	for _, p := range at[:min(len(at), maxFrames)] {
		f := h.syms.internFunc(p.Func, p.File, 0)
		if len(h.syms.pinned) < maxPinned {
			h.syms.pinned[f] = true // it may be compared with those of profiles for long
		}
		out = append(out, Frame{f, p.Line})
	}
	return out
}

// maxPinned bounds the functions that stay because dumps and traces named them.
const maxPinned = 20_000

// Places are the frames of a stack as a goroutine dump and an execution trace
// have them: without those of the runtime, which dumps leave out.
func (s *Stack) Places() []Place {
	var out []Place
	for _, f := range s.Frames {
		if !IsRuntimeFunc(f.Func.Name) {
			out = append(out, Place{f.Func.Name, f.Func.File, f.Line})
		}
	}
	return out
}

// IsRuntimeFunc tells whether a function belongs to the Go runtime itself, by its
// name alone.
func IsRuntimeFunc(name string) bool {
	pkg := PackagePath(name)
	return pkg == "runtime" || strings.HasPrefix(pkg, "runtime/internal/") || strings.HasPrefix(pkg, "internal/runtime/")
}

// keyFrames is how many frames make a key: a full dump leaves out what is
// further than 50 from either end.
const keyFrames = 40

// StackKey is the text by which stacks from different sources are found to be the
// same: functions and lines of the innermost frames, leaf first, or the
// functions alone. The frames of the runtime do not count.
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

// dropTypeArgs leaves out of a name the types that a function was made for, as dumps
// do: "store.(*Cache[go.shape.int]).Put" is "store.(*Cache[...]).Put" there.
func dropTypeArgs(name string) string {
	from, to := strings.IndexByte(name, '['), strings.LastIndexByte(name, ']')
	if from < 0 || to < from {
		return name
	}
	return name[:from] + "[...]" + name[to+1:]
}
