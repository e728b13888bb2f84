package ui

import "github.com/leaktop/leaktop/profile"

// subject is the profile that a page on the way down is of. The zero one is
// the profile that t and p choose, whatever that is at the moment.
type subject struct {
	kind   profile.Kind
	sample string
}

var (
	liveHeap   = subject{profile.Heap, "inuse_space"}
	goroutines = subject{profile.Goroutine, "goroutine"}
)

// of makes a query one of the subject.
func (s subject) of(q shared) shared {
	if s.kind != "" {
		q.kind, q.sample = s.kind, s.sample
	}
	return q
}

// hasSubject is a page on the way down.
type hasSubject interface{ subject() subject }

// stays says that the page on screen is of a profile of its own, which it does
// not change, and of which.
func (m *Model) stays() (subject, bool) {
	if p, ok := m.page().(hasSubject); ok {
		s := p.subject()
		return s, s.kind != ""
	}
	return subject{}, !panes[m.pane].any
}
