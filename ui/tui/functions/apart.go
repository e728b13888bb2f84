package functions

import (
	"github.com/leaktop/leaktop/profile"
)

// TellApart returns for each of some stacks the innermost function by which it differs from
// all others, "" if there is none.
func TellApart(stacks []*profile.Stack) []string {
	on := map[*profile.Function]int{} // number of stacks
	for _, s := range stacks {
		seen := map[*profile.Function]bool{}
		for _, f := range s.Frames() {
			if !seen[f.Func] {
				seen[f.Func] = true
				on[f.Func]++
			}
		}
	}
	out := make([]string, len(stacks))
	for i, s := range stacks {
		if at := s.IndexFrame(func(f profile.Frame) bool { return on[f.Func] == 1 }); at >= 0 {
			out[i] = profile.ShortName(s.FrameAt(at).Func.Name)
		}
	}
	return out
}
