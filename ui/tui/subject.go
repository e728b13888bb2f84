package tui

import (
	"github.com/leaktop/leaktop/profile"
)

// Subject is the profile that a page below a pane shows. The zero Subject is the
// profile currently chosen by t and p.
type Subject struct {
	Kind   profile.Kind
	Sample string
}

var (
	LiveHeap   = Subject{profile.Heap, "inuse_space"}
	Goroutines = Subject{profile.Goroutine, "goroutine"}
)

// Apply returns q with the subject's profile.
func (s Subject) Apply(q ViewContext) ViewContext {
	if s.Kind != "" {
		q.Kind, q.Sample = s.Kind, s.Sample
	}
	return q
}

// HasSubject is a page with its own subject.
type HasSubject interface{ Subject() Subject }
