package session

import (
	"context"
	"sync"
)

// startFollowing follows the recording as it grows, if it can, until the returned
// function is called.
func (p *Player) startFollowing(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() { p.rec.Follow(ctx) })
	return func() {
		cancel()
		group.Wait()
	}
}

// takeAdded adds the new steps of the recording. If the end is shown, it continues to show
// the end.
func (p *Player) takeAdded(ctx context.Context) {
	p.wasAtEnd = p.wasAtEnd || p.at == len(p.steps)-1 && !p.playing
	p.steps = p.rec.Steps()
	p.findStops()
	p.followEnd(ctx)
}

// followEnd shows the steps that were added, unless a moment is being read or the user
// has moved away.
func (p *Player) followEnd(ctx context.Context) {
	if p.refine.cancel != nil || p.refine.start != nil {
		return // it is called again after that
	}
	last := len(p.steps) - 1
	if !p.wasAtEnd || p.at == last {
		p.publishReplay()
		return
	}
	steps := make([]int, 0, last-p.at)
	for i := p.at + 1; i <= last; i++ {
		steps = append(steps, i)
		if e := p.steps[i].Event; e.Kind != "" {
			p.events = append(p.events, e)
		}
	}
	p.at, p.clock, p.wasAtEnd = last, p.steps[last].Time, false
	p.playSteps(ctx, steps)
	p.publishReplay()
}
