package list

import (
	"fmt"
	"strings"

	"github.com/leaktop/leaktop/profile"
)

// FrameSep separates the frames of a stack on one line.
const FrameSep = " ‹ "

// StackName formats a stack on one line, leaf first, without the packages' paths.
func StackName(s *profile.Stack) string {
	if s.Depth() == 0 {
		return profile.NoFrames
	}
	var b strings.Builder
	for i, f := range s.Frames() {
		if i > 0 {
			b.WriteString(FrameSep)
		}
		b.WriteString(profile.ShortName(f.Func.Name))
		if b.Len() > 400 {
			break
		}
	}
	return b.String()
}

// StackBrief formats a stack for a row, starting with the outermost runtime frame at
// its leaf: most goroutines wait in the same runtime functions, which would leave no
// room for their callers.
func StackBrief(s *profile.Stack) string {
	frames := s.FrameList()
	n := 0
	for n < len(frames)-1 && frames[n].Func.Class == profile.ClassRuntime && frames[n+1].Func.Class == profile.ClassRuntime {
		n++
	}
	return StackName(profile.NewStack(nil, frames[n:]...))
}

// FrameAt formats the position of a frame: "cache.go:41".
func FrameAt(f profile.Frame) string {
	file := f.Func.File
	file = file[strings.LastIndexByte(file, '/')+1:]
	if file == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", file, f.Line)
}
