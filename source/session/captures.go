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

// captureRefs are a first and a newest profile.
type captureRefs struct {
	kind          profile.Kind
	first, newest captureRef
}

// captureRef is a profile as received: its data, or how to read it again.
type captureRef struct {
	capture profile.Capture
	load    func() (profile.Capture, error) // nil if the data is kept
}

// loader returns a function that returns the profile, however the watch goes on.
func (r captureRef) loader() func() (profile.Capture, error) {
	if r.load != nil {
		return r.load
	}
	c := r.capture
	c.Data = slices.Clone(c.Data)
	return func() (profile.Capture, error) { return c, nil }
}

// Captures returns the first and the newest profile of each polled kind of the
// current process. It may read files.
func (s *Session) Captures() ([]Captures, error) {
	type loaders struct {
		kind          profile.Kind
		first, newest func() (profile.Capture, error)
	}
	var all []loaders
	s.mu.Lock()
	for _, k := range s.known.captureRefs {
		all = append(all, loaders{k.kind, k.first.loader(), k.newest.loader()})
	}
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

// keepCapture keeps a polled profile, or how to load it again if it was recorded. It
// copies the data, into the memory of the profile that it replaces.
func (in *ingester) keepCapture(c profile.Capture, load func() (profile.Capture, error)) {
	for i := range in.captureRefs {
		k := &in.captureRefs[i]
		if k.kind != c.Kind {
			continue
		}
		if load == nil {
			c.Data = copyData(k.ownBuffer(), c.Data)
		}
		k.newest = captureRef{c, load}
		return
	}
	if load == nil {
		c.Data = slices.Clone(c.Data)
	}
	ref := captureRef{c, load}
	in.captureRefs = append(in.captureRefs, captureRefs{c.Kind, ref, ref})
}

// ownBuffer returns the memory of the newest profile, nil if it is also the first.
func (k *captureRefs) ownBuffer() []byte {
	if len(k.newest.capture.Data) == 0 || len(k.first.capture.Data) == 0 || &k.newest.capture.Data[0] == &k.first.capture.Data[0] {
		return nil
	}
	return k.newest.capture.Data[:0]
}

// copyData copies data into the memory of to, unless that is too small, or far too large.
func copyData(to, data []byte) []byte {
	if n := len(data); cap(to) < n || cap(to) > n+n/8 {
		to = make([]byte, 0, n+n/16)
	}
	return append(to[:0], data...)
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
