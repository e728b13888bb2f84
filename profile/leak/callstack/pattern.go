// Package callstack says what one call stack shows by itself: which functions are on it,
// which of them are the user's own code, and which library it goes through. What that means
// for a verdict is decided in package leak.
package callstack

import (
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile"
)

// Pattern describes a stack, leaf first, frame by frame:
//
//	"runtime.chansend1"   this function
//	"bytes.(*Buffer).*"   a function whose name begins with that
//	"user"                a function of the user's own code
//	"..."                 any frames, or none
//	"$"                   the end of the stack
//
// Frames that only park a goroutine (runtime.gopark) are skipped.
type Pattern []string

// parking are the functions that do not show what a goroutine waits for.
var parking = map[string]bool{"runtime.gopark": true, "runtime.goparkunlock": true}

// IsParked reports whether a stack is that of a waiting goroutine.
func IsParked(s *profile.Stack) bool { return s.Depth() > 0 && parking[s.FrameAt(0).Func.Name] }

// Matches reports whether the leaf end of the stack matches p.
func (p Pattern) Matches(s *profile.Stack) bool {
	if s == nil {
		return false
	}
	leaf := 0
	for leaf < s.Depth() && parking[s.FrameAt(leaf).Func.Name] {
		leaf++
	}
	return p.matchesFrom(s, leaf)
}

// MatchesAny reports whether the leaf end of a stack matches one of several patterns.
func MatchesAny(s *profile.Stack, of []Pattern) bool {
	return slices.ContainsFunc(of, func(p Pattern) bool { return p.Matches(s) })
}

// matchesFrom reports whether the stack matches p starting at a frame.
func (p Pattern) matchesFrom(s *profile.Stack, at int) bool {
	switch {
	case len(p) == 0:
		return true
	case p[0] == "$":
		return at == s.Depth()
	case p[0] == "...":
		for ; at <= s.Depth(); at++ {
			if p[1:].matchesFrom(s, at) {
				return true
			}
		}
		return false
	case at == s.Depth():
		return false
	}
	return frameIs(p[0], s.FrameAt(at).Func) && p[1:].matchesFrom(s, at+1)
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
