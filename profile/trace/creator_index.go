package trace

import "github.com/leaktop/leaktop/profile"

// maxSkipped is the maximum number of innermost frames that runtime/trace omits
// when a goroutine parks on the network or a lock.
const maxSkipped = 5

// CreatorIndex maps the stacks of a profile to the creators of their goroutines.
type CreatorIndex map[string][]Creator

// NewCreatorIndex returns an index of creators.
func NewCreatorIndex(cs []Creator) CreatorIndex {
	x := CreatorIndex{}
	for _, c := range cs {
		if k := profile.StackKey(c.WaitStack, true); k != "" {
			x[k] = append(x[k], c)
		}
	}
	return x
}

// CreatorsOf returns the creators of goroutines that wait where those of s do, the most
// active first. Lines must match too: they are all that distinguishes an idle
// connection from one whose response is never read.
func (x CreatorIndex) CreatorsOf(s *profile.Stack) []Creator {
	at := s.Places()
	for i := range min(len(at), maxSkipped+1) {
		if c, ok := x[profile.StackKey(at[i:], true)]; ok {
			return c
		}
	}
	return nil
}
