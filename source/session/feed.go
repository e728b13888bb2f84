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

// feed takes steps into a watch, in their order, until ctx ends; the profiles
// are read some steps ahead, side by side.
func (p *Player) feed(ctx context.Context, w *Session, steps []int, each func(n int)) {
	coming := make(chan chan reading, max(2, runtime.GOMAXPROCS(0)))
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
				r = make(chan reading, 1)
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
		got := <-r
		if ctx.Err() != nil {
			return
		}
		n++
		if got.err != nil {
			got.m = source.Warning("Some profiles cannot be read and are left out: " + got.err.Error() + ".")
		}
		w.take(got.m)
		if each != nil {
			each(n)
		}
	}
}

// reading is what became of a step that was read.
type reading struct {
	m   source.Message
	err error
}

// read reads a step. A file that breaks the reader is one that cannot be read: a
// panic here would leave the terminal as the view has it.
func (p *Player) read(ctx context.Context, i int) (r reading) {
	defer func() {
		if v := recover(); v != nil {
			r = reading{err: fmt.Errorf("read profile %d: %v", i+1, v)}
		}
	}()
	m, err := p.message(ctx, i)
	return reading{m, err}
}

// readLast begins to read the newest profile of each kind, if it was not read
// before, while what is known already is taken in.
func (p *Player) readLast(ctx context.Context, steps []int, readers *sync.WaitGroup) map[int]chan reading {
	out := map[int]chan reading{}
	seen := map[profile.Kind]bool{}
	for _, i := range slices.Backward(steps[max(0, len(steps)-20):]) {
		k := p.steps[i].Kind
		if k == "" || seen[k] {
			continue
		}
		seen[k] = true
		if p.snaps.get(i) == nil {
			r := make(chan reading, 1)
			out[i] = r
			readers.Go(func() { r <- p.read(ctx, i) })
		}
	}
	return out
}

// message reads a step; a profile comes as it was read before, if it was.
func (p *Player) message(ctx context.Context, i int) (source.Message, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	s := p.steps[i]
	if s.Kind == "" {
		return p.rec.Message(s)
	}
	load := func() (profile.Capture, error) {
		m, err := p.rec.Message(s)
		if err != nil {
			return profile.Capture{}, err
		}
		return m.(profile.Capture), nil
	}
	snap := p.snaps.get(i)
	if snap == nil {
		c, err := load()
		if err != nil {
			return nil, err
		}
		if snap, err = p.known.Read(c); err != nil {
			return nil, err
		}
		p.snaps.put(i, snap)
	}
	return readCapture{profile.Capture{Kind: s.Kind, Time: s.Time}, snap, load}, nil
}
