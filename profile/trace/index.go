package trace

import "github.com/leaktop/leaktop/profile"

// maxSkipped is how many of the innermost frames a trace leaves out where a
// goroutine parks (runtime/trace skips up to five, for network and locks).
const maxSkipped = 5

// Index finds the creators of the goroutines of a profile's stack.
type Index map[string][]Creator

// NewIndex makes an index of creators.
func NewIndex(cs []Creator) Index {
	x := Index{}
	for _, c := range cs {
		if k := profile.Key(c.Waits, true); k != "" {
			x[k] = append(x[k], c)
		}
	}
	return x
}

// Of are the creators of goroutines that wait where those of s do, the most
// active first. The lines must be the same: a connection that is idle and one
// whose answer nobody reads differ in nothing else.
func (x Index) Of(s *profile.Stack) []Creator {
	at := s.Places()
	for i := range min(len(at), maxSkipped+1) {
		if c, ok := x[profile.Key(at[i:], true)]; ok {
			return c
		}
	}
	return nil
}
