package tui

import (
	"github.com/leaktop/leaktop/profile"
)

// Subject is the profile that a page on the way down is of. The zero one is
// the profile that t and p choose, whatever that is at the moment.
type Subject struct {
	Kind   profile.Kind
	Sample string
}

var (
	LiveHeap   = Subject{profile.Heap, "inuse_space"}
	Goroutines = Subject{profile.Goroutine, "goroutine"}
)

// Apply makes a query one of the subject.
func (s Subject) Apply(q ViewContext) ViewContext {
	if s.Kind != "" {
		q.Kind, q.Sample = s.Kind, s.Sample
	}
	return q
}

// HasSubject is a page on the way down.
type HasSubject interface{ Subject() Subject }
