package session

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
)

// stepReader reads the steps of a recording, and keeps the profiles that it has read.
type stepReader struct {
	rec   *source.Recorded
	steps []source.Step
	snaps snapshotCache
	known *profile.HistoryBuilder // its functions and stacks are shared by all moments
}

// feedSteps passes steps to apply, in order and numbered from 1, until ctx ends;
// profiles are decoded a few steps ahead, in parallel.
func (r *stepReader) feedSteps(ctx context.Context, steps []int, apply func(n int, d decoded)) {
	coming := make(chan chan decoded, max(2, runtime.GOMAXPROCS(0)))
	var readers sync.WaitGroup
	defer readers.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // otherwise the decoders would block if apply panics
	last := r.readLast(ctx, steps, &readers)
	readers.Go(func() {
		defer close(coming)
		for _, i := range steps {
			step := last[i]
			if step == nil {
				step = make(chan decoded, 1)
			}
			select {
			case coming <- step:
			case <-ctx.Done():
				return
			}
			switch {
			case last[i] != nil:
			case r.steps[i].Kind == "" || r.snaps.lookup(i) != nil:
				step <- r.readStep(ctx, i)
			default:
				readers.Go(func() { step <- r.readStep(ctx, i) })
			}
		}
	})
	n := 0
	for step := range coming {
		d := <-step
		if ctx.Err() != nil {
			return
		}
		n++
		apply(n, d)
	}
}

// readStep reads a step. A panic on a damaged file becomes an error: otherwise the
// terminal would be left in the view's mode.
func (r *stepReader) readStep(ctx context.Context, i int) (d decoded) {
	defer func() {
		if v := recover(); v != nil {
			d = r.unreadableStep(i, fmt.Errorf("read profile %d: %v", i+1, v))
		}
	}()
	return r.decodeStep(ctx, i)
}

// unreadableStep returns a step that could not be read.
func (r *stepReader) unreadableStep(i int, err error) decoded {
	d := decoded{message: source.Unreadable("", err)}
	if i < len(r.steps) && r.steps[i].Kind != "" {
		s := r.steps[i]
		d = decoded{message: source.Capture{Capture: profile.Capture{Kind: s.Kind, Time: s.Time}}, err: err}
	}
	return d
}

// readLast starts to read the newest profile of each kind, unless it was read
// before, while earlier steps are being applied.
func (r *stepReader) readLast(ctx context.Context, steps []int, readers *sync.WaitGroup) map[int]chan decoded {
	out := map[int]chan decoded{}
	seen := map[profile.Kind]bool{}
	for _, i := range slices.Backward(steps[max(0, len(steps)-20):]) {
		k := r.steps[i].Kind
		if k == "" || seen[k] {
			continue
		}
		seen[k] = true
		if r.snaps.lookup(i) == nil {
			step := make(chan decoded, 1)
			out[i] = step
			readers.Go(func() { step <- r.readStep(ctx, i) })
		}
	}
	return out
}

// decodeStep reads a step, reusing its profile if it was decoded before.
func (r *stepReader) decodeStep(ctx context.Context, i int) decoded {
	s := r.steps[i]
	if s.Kind == "" {
		m, err := r.rec.ReadStep(s)
		if err != nil {
			return r.unreadableStep(i, err)
		}
		return decoded{message: m}
	}
	load := func() (profile.Capture, error) {
		m, err := r.rec.ReadStep(s)
		if err != nil {
			return profile.Capture{}, err
		}
		return m.(source.Capture).Capture, nil
	}
	out := decoded{message: source.Capture{Capture: profile.Capture{Kind: s.Kind, Time: s.Time}}, snapshot: r.snaps.lookup(i), load: load}
	if out.snapshot != nil {
		return out
	}
	if ctx.Err() != nil {
		out.err = context.Cause(ctx) // and nothing more is applied
		return out
	}
	c, err := load()
	if err != nil {
		return r.unreadableStep(i, err)
	}
	if out.snapshot, err = r.known.ParseCapture(c); err != nil {
		return r.unreadableStep(i, err)
	}
	r.snaps.store(i, out.snapshot)
	return out
}
