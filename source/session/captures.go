package session

import (
	"context"
	"slices"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
)

// Captures are the first and the newest profile of a kind in the current process,
// as received.
type Captures struct {
	Kind          profile.Kind
	First, Newest profile.Capture
}

// captureRefs loads them again.
type captureRefs struct {
	kind          profile.Kind
	first, newest func() (profile.Capture, error)
}

// Captures returns the first and the newest profile of each polled kind of the
// current process. It may read files.
func (s *Session) Captures() ([]Captures, error) {
	s.mu.Lock()
	all := slices.Clone(s.known.captureRefs)
	s.mu.Unlock()
	var out []Captures
	for _, k := range all {
		first, err := k.first()
		if err != nil {
			return nil, err
		}
		newest, err := k.newest()
		if err != nil {
			return nil, err
		}
		out = append(out, Captures{k.kind, first, newest})
	}
	return out, nil
}

// keepRefs records how to load a polled profile again.
func (in *ingester) keepRefs(kind profile.Kind, load func() (profile.Capture, error)) {
	for i := range in.captureRefs {
		if in.captureRefs[i].kind == kind {
			in.captureRefs[i].newest = load
			return
		}
	}
	in.captureRefs = append(in.captureRefs, captureRefs{kind, load, load})
}

// Fetch requests one profile from the source now; the result is recorded too.
func (s *Session) Fetch(ctx context.Context, q source.Query) (profile.Capture, error) {
	c, err := s.Source.Fetch(ctx, q)
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.recorder != nil {
			s.recorder.enqueue(source.Capture{Capture: c})
		}
	}
	return c, err
}
