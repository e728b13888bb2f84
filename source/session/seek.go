package session

import (
	"context"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// A moment is shown in two parts. First with what has been read already and the
// profiles nearest to it, within a fraction of a second; meanwhile all that a
// live watch would know at that moment is read beside, and takes its place.

// refining is the second part.
type refining struct {
	wanted bool // the moment that is shown is another than was gathered
	cancel context.CancelFunc
	begin  <-chan time.Time // when it is due
	all    []int            // the steps that are known at the moment
	base   time.Time        // of the baseline then
	parts  chan float64
	done   chan *ingester
	failed chan *Panic
}

// stillFor is how long a moment must be shown before all of it is read: who
// scrubs is after the next one, and needs the processors for that.
const stillFor = 150 * time.Millisecond

func (r *refining) stop() {
	if r.cancel != nil {
		r.cancel()
	}
	*r = refining{wanted: r.wanted}
}

// show gathers the moment to be shown, if it is another.
func (p *Player) show(ctx context.Context) {
	if !p.refine.wanted {
		p.publish()
		return
	}
	p.refine.stop()
	p.refine.wanted, p.skipped = false, false
	all := p.rec.Sparse(p.at)
	some := p.nearest(all)
	whole := slices.Equal(some, all)
	p.loaded = 1
	if !whole {
		p.loaded = min(float64(len(some))/float64(len(all)), 0.99)
	}
	base := p.baseline()
	judgeEvery := atEndOnly
	if whole {
		judgeEvery = p.judgeEvery()
	}
	draft := p.draft(judgeEvery)
	p.gather(ctx, draft, some, base, nil)
	p.adopt(draft)
	if whole || p.playing {
		p.skipped = !whole
		return
	}
	p.refine.begin, p.refine.all, p.refine.base = time.After(stillFor), all, base
}

// finer begins to gather all of the moment that is shown.
func (p *Player) finer(ctx context.Context) {
	r := &p.refine
	ctx, r.cancel = context.WithCancel(ctx)
	r.begin, r.parts, r.done, r.failed = nil, make(chan float64, 1), make(chan *ingester, 1), make(chan *Panic, 1)
	go p.complete(ctx, p.draft(p.judgeEvery()), *r)
}

// judgeEvery is how often all of a moment is judged: 60 times at least, so that it
// shows when a verdict came.
func (p *Player) judgeEvery() time.Duration {
	return min(batchInterval, p.clock.Sub(p.steps[0].Time)/60)
}

// complete gathers all of a moment.
func (p *Player) complete(ctx context.Context, draft *ingester, r refining) {
	defer onPanic(func(p *Panic) { r.failed <- p })
	told := time.Now()
	p.gather(ctx, draft, r.all, r.base, func(n int) {
		if time.Since(told) > tick && n < len(r.all) {
			told = time.Now()
			select {
			case r.parts <- float64(n) / float64(len(r.all)):
			default:
			}
		}
	})
	if ctx.Err() == nil {
		r.done <- draft
	}
}

// draft takes in what is known at another moment, judged at an interval of the
// recording's time.
func (p *Player) draft(judgeEvery time.Duration) *ingester {
	d := newIngester(p.known.Fresh(), nil)
	d.judgeEvery, d.recorded = judgeEvery, true
	if p.rec.Pair() {
		d.builder.Join()
	}
	return d
}

// gather fills a draft with steps and judges it. The baseline, if there is one
// by then, is set where it was.
func (p *Player) gather(ctx context.Context, d *ingester, steps []int, base time.Time, each func(n int)) {
	for _, m := range p.rec.First() {
		d.apply(decoded{message: m})
	}
	p.feed(ctx, steps, func(n int, m decoded) {
		d.apply(m)
		last := n == len(steps) || p.steps[steps[n]].Time.After(base)
		if !base.IsZero() && last && !p.steps[steps[n-1]].Time.After(base) {
			d.builder.SetBaseline(base)
		}
		if each != nil {
			each(n)
		}
	})
	if ctx.Err() == nil {
		d.evaluate()
	}
}

// keepAnswers takes over to what was read of the present moment what was asked on
// keys meanwhile: an answer must not go again by itself.
func (p *Player) keepAnswers(d *ingester) {
	p.s.mu.Lock()
	a, b := p.s.known.answers, p.s.known.builder
	p.s.mu.Unlock()
	d.builder.KeepOf(b)
	if len(a.traces)+len(a.leaked)+len(a.dumps) == 0 {
		return
	}
	d.answers = a
	d.answers.changed()
	d.evaluate()
}

// adopt makes what a draft gathered the present of the watch.
func (p *Player) adopt(d *ingester) {
	s := p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	d.judgeEvery = 0
	d.state.Revision, d.state.Moment = s.known.state.Revision+1, s.known.state.Moment+1
	s.known, p.shown = d, p.replay()
	s.publish()
}

// fewRead is how many profiles of a kind are read besides the newest before a
// moment is shown, where hardly any was read before: each takes 20 to 30 ms. At
// the opening, nobody waits for the next moment yet.
const (
	fewRead   = 1
	fewOpened = 4
)

// fewShown is how many profiles of a kind that were read already are shown at
// first.
const fewShown = 20

// nearest chooses of the steps up to the moment those that can be shown at once:
// what is no profile, and of the profiles the newest, some that were read before,
// and where these are hardly any a few that were not, evenly spread.
func (p *Player) nearest(all []int) []int {
	of := map[profile.Kind][]int{}
	var out []int
	for _, i := range all {
		if k := p.steps[i].Kind; k != "" {
			of[k] = append(of[k], i)
		} else {
			out = append(out, i)
		}
	}
	read := map[profile.Kind][]int{} // of another moment, maybe
	for i := range p.at + 1 {
		if k := p.steps[i].Kind; k != "" && i != last(of[k]) && p.snaps.get(i) != nil {
			read[k] = append(read[k], i)
		}
	}
	few := fewRead
	if !p.opened {
		few = fewOpened
	}
	for k, steps := range of {
		out = append(out, last(steps))
		out = append(out, spread(read[k], fewShown)...)
		if len(read[k]) < few {
			rest := slices.DeleteFunc(steps[:len(steps)-1], func(i int) bool { return p.snaps.get(i) != nil })
			out = append(out, spread(rest, few)...)
		}
	}
	slices.Sort(out)
	return out
}

func last(steps []int) int {
	if len(steps) == 0 {
		return -1
	}
	return steps[len(steps)-1]
}

// spread picks at most n of the steps, evenly.
func spread(steps []int, n int) []int {
	if len(steps) <= n {
		return steps
	}
	out := make([]int, n)
	for i := range out {
		out[i] = steps[i*(len(steps)-1)/max(1, n-1)]
	}
	return out
}

// play takes in what comes while the recording plays on, and judges it then.
func (p *Player) play(ctx context.Context, steps []int) {
	s := p.s
	locked := func(do func(in *ingester)) {
		s.mu.Lock()
		defer s.mu.Unlock()
		do(s.known)
	}
	locked(func(in *ingester) { in.judgeEvery, in.judged = batchInterval, in.state.Now })
	p.feed(ctx, steps, func(_ int, d decoded) { locked(func(in *ingester) { in.apply(d) }) })
	locked(func(in *ingester) {
		in.judgeEvery = 0
		in.evaluate()
	})
}

// baseline is when the user's baseline is, zero if there is none by now: who goes
// back before it, and on again, finds it there. Two profiles are compared at once.
func (p *Player) baseline() time.Time {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if !p.opened && p.rec.Pair() {
		p.base = p.steps[p.until(p.stops[0])].Time // goroutines of the same moment with it
	}
	p.opened = true
	if p.base.After(p.clock) {
		return time.Time{}
	}
	return p.base
}

// rebase gives what was read of the present moment the baseline that was set, or
// dropped, since then; before is what it began with.
func (p *Player) rebase(d *ingester, before time.Time) {
	switch base := p.baseline(); {
	case base.Equal(before):
	case base.IsZero():
		d.builder.DropBaseline()
	default:
		d.builder.SetBaseline(base)
	}
}
