package leak

import (
	"strings"

	"github.com/leaktop/leaktop/profile"
)

// pattern describes a stack, leaf first, frame by frame:
//
//	"runtime.chansend1"   this function
//	"bytes.(*Buffer).*"   a function whose name begins so
//	"user"                a function of the user's own code
//	"..."                 any frames, also none
//	"$"                   the end of the stack
//
// Frames that only park a goroutine (runtime.gopark) are passed over.
type pattern []string

// parking are the frames that do not show what a goroutine waits for.
var parking = map[string]bool{"runtime.gopark": true, "runtime.goparkunlock": true}

// matchesStack reports whether the leaf end of the stack matches p.
func (p pattern) matchesStack(s *profile.Stack) bool {
	if s == nil {
		return false
	}
	frames := s.Frames
	for len(frames) > 0 && parking[frames[0].Func.Name] {
		frames = frames[1:]
	}
	return p.matchesFrom(frames)
}

func (p pattern) matchesFrom(frames []profile.Frame) bool {
	switch {
	case len(p) == 0:
		return true
	case p[0] == "$":
		return len(frames) == 0
	case p[0] == "...":
		for i := range frames {
			if p[1:].matchesFrom(frames[i:]) {
				return true
			}
		}
		return p[1:].matchesFrom(nil)
	case len(frames) == 0:
		return false
	}
	return frameIs(p[0], frames[0].Func) && p[1:].matchesFrom(frames[1:])
}

func frameIs(want string, f *profile.Function) bool {
	if want == "user" {
		return f.Class == profile.ClassUser
	}
	if head, ok := strings.CutSuffix(want, "*"); ok && !strings.HasSuffix(want, "(*") {
		return strings.HasPrefix(f.Name, head)
	}
	return f.Name == want
}
