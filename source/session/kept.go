package session

import (
	"context"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
)

// Captures are the first and the newest profile of a kind in the present
// process, as they came.
type Captures struct {
	Kind          profile.Kind
	First, Newest profile.Capture
}

// kept finds them again.
type kept struct {
	kind          profile.Kind
	first, newest func() (profile.Capture, error)
}

// Captures returns the first and the newest profile of each polled kind that
// came of the present process. It may read files.
func (w *Session) Captures() ([]Captures, error) {
	w.mu.Lock()
	all := append([]kept(nil), w.kept...)
	w.mu.Unlock()
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

// keep remembers a polled profile.
func (w *Session) keep(kind profile.Kind, load func() (profile.Capture, error)) {
	for i := range w.kept {
		if w.kept[i].kind == kind {
			w.kept[i].newest = load
			return
		}
	}
	w.kept = append(w.kept, kept{kind, load, load})
}

// Fetch asks the source for one profile now; what comes is recorded too.
func (w *Session) Fetch(ctx context.Context, q source.Query) (profile.Capture, error) {
	c, err := w.Source.Fetch(ctx, q)
	if err == nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.tee(c)
	}
	return c, err
}
