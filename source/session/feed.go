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

// feedSteps passes steps to apply, in order and numbered from 1, until ctx ends;
// profiles are decoded a few steps ahead, in parallel.
func (p *Player) feedSteps(ctx context.Context, steps []int, apply func(n int, d decoded)) {
	coming := make(chan chan decoded, max(2, runtime.GOMAXPROCS(0)))
	var readers sync.WaitGroup
	defer readers.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // otherwise the decoders would block if apply panics
	last := p.readLast(ctx, steps, &readers)
	readers.Go(func() {
		defer close(coming)
		for _, i := range steps {
			r := last[i]
			if r == nil {
				r = make(chan decoded, 1)
			}
			select {
			case coming <- r:
			case <-ctx.Done():
				return
			}
			switch {
			case last[i] != nil:
			case p.steps[i].Kind == "" || p.snaps.lookup(i) != nil:
				r <- p.readStep(ctx, i)
			default:
				readers.Go(func() { r <- p.readStep(ctx, i) })
			}
		}
	})
	n := 0
	for r := range coming {
		d := <-r
		if ctx.Err() != nil {
			return
		}
		n++
		apply(n, d)
	}
}

// readStep reads a step. A panic on a damaged file becomes an error: otherwise the
// terminal would be left in the view's mode.
func (p *Player) readStep(ctx context.Context, i int) (d decoded) {
	defer func() {
		if v := recover(); v != nil {
			d = p.unreadableStep(i, fmt.Errorf("read profile %d: %v", i+1, v))
		}
	}()
	return p.decodeStep(ctx, i)
}

// unreadableStep returns a step that could not be read.
func (p *Player) unreadableStep(i int, err error) decoded {
	d := decoded{message: source.Unreadable("", err)}
	if i < len(p.steps) && p.steps[i].Kind != "" {
		s := p.steps[i]
		d = decoded{message: source.Capture{Capture: profile.Capture{Kind: s.Kind, Time: s.Time}}, err: err}
	}
	return d
}

// readLast starts to read the newest profile of each kind, unless it was read
// before, while earlier steps are being applied.
func (p *Player) readLast(ctx context.Context, steps []int, readers *sync.WaitGroup) map[int]chan decoded {
	out := map[int]chan decoded{}
	seen := map[profile.Kind]bool{}
	for _, i := range slices.Backward(steps[max(0, len(steps)-20):]) {
		k := p.steps[i].Kind
		if k == "" || seen[k] {
			continue
		}
		seen[k] = true
		if p.snaps.lookup(i) == nil {
			r := make(chan decoded, 1)
			out[i] = r
			readers.Go(func() { r <- p.readStep(ctx, i) })
		}
	}
	return out
}

// decodeStep reads a step, reusing its profile if it was decoded before.
func (p *Player) decodeStep(ctx context.Context, i int) decoded {
	s := p.steps[i]
	if s.Kind == "" {
		m, err := p.rec.ReadStep(s)
		if err != nil {
			return p.unreadableStep(i, err)
		}
		return decoded{message: m}
	}
	load := func() (profile.Capture, error) {
		m, err := p.rec.ReadStep(s)
		if err != nil {
			return profile.Capture{}, err
		}
		return m.(source.Capture).Capture, nil
	}
	out := decoded{message: source.Capture{Capture: profile.Capture{Kind: s.Kind, Time: s.Time}}, snapshot: p.snaps.lookup(i), load: load}
	if out.snapshot != nil {
		return out
	}
	if ctx.Err() != nil {
		out.err = context.Cause(ctx) // and nothing more is applied
		return out
	}
	c, err := load()
	if err != nil {
		return p.unreadableStep(i, err)
	}
	if out.snapshot, err = p.known.ParseCapture(c); err != nil {
		return p.unreadableStep(i, err)
	}
	p.snaps.store(i, out.snapshot)
	return out
}
