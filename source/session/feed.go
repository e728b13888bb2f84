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

// feed gives steps to apply, in their order and numbered from 1, until ctx ends; the
// profiles are decoded some steps ahead, side by side.
func (p *Player) feed(ctx context.Context, steps []int, apply func(n int, d decoded)) {
	coming := make(chan chan decoded, max(2, runtime.GOMAXPROCS(0)))
	var readers sync.WaitGroup
	defer readers.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // or they would wait for us, where a panic ends this
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
			case p.steps[i].Kind == "" || p.snaps.get(i) != nil:
				r <- p.read(ctx, i)
			default:
				readers.Go(func() { r <- p.read(ctx, i) })
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

// read reads a step. A file that breaks the reader is one that cannot be read: a
// panic here would leave the terminal as the view has it.
func (p *Player) read(ctx context.Context, i int) (d decoded) {
	defer func() {
		if v := recover(); v != nil {
			d = p.unreadable(i, fmt.Errorf("read profile %d: %v", i+1, v))
		}
	}()
	return p.decode(ctx, i)
}

// unreadable is a step that could not be read.
func (p *Player) unreadable(i int, err error) decoded {
	d := decoded{message: source.Unreadable("", err)}
	if i < len(p.steps) && p.steps[i].Kind != "" {
		s := p.steps[i]
		d = decoded{message: source.Capture{Capture: profile.Capture{Kind: s.Kind, Time: s.Time}}, err: err}
	}
	return d
}

// readLast begins to read the newest profile of each kind, if it was not read
// before, while what is known already is taken in.
func (p *Player) readLast(ctx context.Context, steps []int, readers *sync.WaitGroup) map[int]chan decoded {
	out := map[int]chan decoded{}
	seen := map[profile.Kind]bool{}
	for _, i := range slices.Backward(steps[max(0, len(steps)-20):]) {
		k := p.steps[i].Kind
		if k == "" || seen[k] {
			continue
		}
		seen[k] = true
		if p.snaps.get(i) == nil {
			r := make(chan decoded, 1)
			out[i] = r
			readers.Go(func() { r <- p.read(ctx, i) })
		}
	}
	return out
}

// decode reads a step; a profile comes as it was decoded before, if it was.
func (p *Player) decode(ctx context.Context, i int) decoded {
	s := p.steps[i]
	if s.Kind == "" {
		m, err := p.rec.Message(s)
		if err != nil {
			return p.unreadable(i, err)
		}
		return decoded{message: m}
	}
	load := func() (profile.Capture, error) {
		m, err := p.rec.Message(s)
		if err != nil {
			return profile.Capture{}, err
		}
		return m.(source.Capture).Capture, nil
	}
	out := decoded{message: source.Capture{Capture: profile.Capture{Kind: s.Kind, Time: s.Time}}, snapshot: p.snaps.get(i), load: load}
	if out.snapshot != nil {
		return out
	}
	if ctx.Err() != nil {
		out.err = context.Cause(ctx) // and nothing more is applied
		return out
	}
	c, err := load()
	if err != nil {
		return p.unreadable(i, err)
	}
	if out.snapshot, err = p.known.Read(c); err != nil {
		return p.unreadable(i, err)
	}
	p.snaps.put(i, out.snapshot)
	return out
}
