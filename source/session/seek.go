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

// refinement is the second part.
type refinement struct {
	isWanted bool // the moment that is shown is another than was gathered
	cancel   context.CancelFunc
	start    <-chan time.Time // when it is due
	all      []int            // the steps that are known at the moment
	base     time.Time        // of the baseline then
	parts    chan float64
	done     chan *ingester
	failed   chan *Panic
}

// refineDelay is how long a moment must be shown before all of it is read: who
// scrubs is after the next one, and needs the processors for that.
const refineDelay = 150 * time.Millisecond

func (r *refinement) cancelRun() {
	if r.cancel != nil {
		r.cancel()
	}
	*r = refinement{isWanted: r.isWanted}
}

// showMoment gathers the moment to be shown, if it is another.
func (p *Player) showMoment(ctx context.Context) {
	if !p.refine.isWanted {
		p.publishReplay()
		return
	}
	p.refine.cancelRun()
	p.refine.isWanted, p.skipped = false, false
	all := p.rec.KeptSteps(p.at)
	some := p.stepsToShowFirst(all)
	whole := slices.Equal(some, all)
	p.loaded = 1
	if !whole {
		p.loaded = min(float64(len(some))/float64(len(all)), 0.99)
	}
	base := p.currentBaseline()
	judgeEvery := atEndOnly
	if whole {
		judgeEvery = p.judgeEvery()
	}
	draft := p.newDraft(judgeEvery)
	p.gatherSteps(ctx, draft, some, base, nil)
	p.adoptDraft(draft)
	if whole || p.playing {
		p.skipped = !whole
		return
	}
	p.refine.start, p.refine.all, p.refine.base = time.After(refineDelay), all, base
}

// startRefining begins to gather all of the moment that is shown.
func (p *Player) startRefining(ctx context.Context) {
	r := &p.refine
	ctx, r.cancel = context.WithCancel(ctx)
	r.start, r.parts, r.done, r.failed = nil, make(chan float64, 1), make(chan *ingester, 1), make(chan *Panic, 1)
	go p.gatherAll(ctx, p.newDraft(p.judgeEvery()), *r)
}

// judgeEvery returns how often all of a moment is judged: 60 times at least, so that it
// shows when a verdict came.
func (p *Player) judgeEvery() time.Duration {
	return min(batchInterval, p.clock.Sub(p.steps[0].Time)/60)
}

// gatherAll gathers all of a moment.
func (p *Player) gatherAll(ctx context.Context, draft *ingester, r refinement) {
	defer recoverPanic(func(p *Panic) { r.failed <- p })
	told := time.Now()
	p.gatherSteps(ctx, draft, r.all, r.base, func(n int) {
		if time.Since(told) > frameInterval && n < len(r.all) {
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

// newDraft takes in what is known at another moment, judged at an interval of the
// recording's time.
func (p *Player) newDraft(judgeEvery time.Duration) *ingester {
	d := newIngester(p.known.NewSharing(), nil)
	d.judgeEvery, d.recorded = judgeEvery, true
	if p.rec.IsPair() {
		d.builder.JoinProcesses()
	}
	return d
}

// gatherSteps fills a draft with steps and judges it. The baseline, if there is one
// by then, is set where it was.
func (p *Player) gatherSteps(ctx context.Context, d *ingester, steps []int, base time.Time, each func(n int)) {
	for _, m := range p.rec.InitialMessages() {
		d.applyMessage(decoded{message: m})
	}
	p.feedSteps(ctx, steps, func(n int, m decoded) {
		d.applyMessage(m)
		last := n == len(steps) || p.steps[steps[n]].Time.After(base)
		if !base.IsZero() && last && !p.steps[steps[n-1]].Time.After(base) {
			d.builder.SetBaseline(base)
		}
		if each != nil {
			each(n)
		}
	})
	if ctx.Err() == nil {
		d.judgeNow()
	}
}

// keepAnswers takes over to what was read of the present moment what was asked on
// keys meanwhile: an answer must not go again by itself.
func (p *Player) keepAnswers(d *ingester) {
	p.s.mu.Lock()
	a, b := p.s.known.answers, p.s.known.builder
	p.s.mu.Unlock()
	d.builder.CopyKept(b)
	if len(a.traces)+len(a.leaked)+len(a.dumps) == 0 {
		return
	}
	d.answers = a
	d.answers.resetMatches()
	d.judgeNow()
}

// adoptDraft makes what a draft gathered the present of the watch.
func (p *Player) adoptDraft(d *ingester) {
	s := p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	d.judgeEvery = 0
	d.state.Revision, d.state.Moment = s.known.state.Revision+1, s.known.state.Moment+1
	s.known, p.shown = d, p.newReplay()
	s.publishState()
}

// maxReadFirst is how many profiles of a kind are read besides the newest before a
// moment is shown, where hardly any was read before: each takes 20 to 30 ms. At
// the opening, nobody waits for the next moment yet.
const (
	maxReadFirst   = 1
	maxReadOpening = 4
)

// maxShownFirst is how many profiles of a kind that were read already are shown at
// first.
const maxShownFirst = 20

// stepsToShowFirst chooses of the steps up to the moment those that can be shown at once:
// what is no profile, and of the profiles the newest, some that were read before,
// and where these are hardly any a few that were not, evenly spread.
func (p *Player) stepsToShowFirst(all []int) []int {
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
		if k := p.steps[i].Kind; k != "" && i != lastStep(of[k]) && p.snaps.lookup(i) != nil {
			read[k] = append(read[k], i)
		}
	}
	few := maxReadFirst
	if !p.opened {
		few = maxReadOpening
	}
	for k, steps := range of {
		out = append(out, lastStep(steps))
		out = append(out, pickEvenly(read[k], maxShownFirst)...)
		if len(read[k]) < few {
			rest := slices.DeleteFunc(steps[:len(steps)-1], func(i int) bool { return p.snaps.lookup(i) != nil })
			out = append(out, pickEvenly(rest, few)...)
		}
	}
	slices.Sort(out)
	return out
}

func lastStep(steps []int) int {
	if len(steps) == 0 {
		return -1
	}
	return steps[len(steps)-1]
}

// pickEvenly picks at most n of the steps, evenly.
func pickEvenly(steps []int, n int) []int {
	if len(steps) <= n {
		return steps
	}
	out := make([]int, n)
	for i := range out {
		out[i] = steps[i*(len(steps)-1)/max(1, n-1)]
	}
	return out
}

// playSteps takes in what comes while the recording plays on, and judges it then.
func (p *Player) playSteps(ctx context.Context, steps []int) {
	s := p.s
	locked := func(do func(in *ingester)) {
		s.mu.Lock()
		defer s.mu.Unlock()
		do(s.known)
	}
	locked(func(in *ingester) { in.judgeEvery, in.judged = batchInterval, in.state.Now })
	p.feedSteps(ctx, steps, func(_ int, d decoded) { locked(func(in *ingester) { in.applyMessage(d) }) })
	locked(func(in *ingester) {
		in.judgeEvery = 0
		in.judgeNow()
	})
}

// currentBaseline returns when the user's baseline is, zero if there is none by now: who goes
// back before it, and on again, finds it there. Two profiles are compared at once.
func (p *Player) currentBaseline() time.Time {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if !p.opened && p.rec.IsPair() {
		p.base = p.steps[p.lastStepWith(p.stops[0])].Time // goroutines of the same moment with it
	}
	p.opened = true
	if p.base.After(p.clock) {
		return time.Time{}
	}
	return p.base
}

// updateBaseline gives what was read of the present moment the baseline that was set, or
// dropped, since then; before is what it began with.
func (p *Player) updateBaseline(d *ingester, before time.Time) {
	switch base := p.currentBaseline(); {
	case base.Equal(before):
	case base.IsZero():
		d.builder.DropBaseline()
	default:
		d.builder.SetBaseline(base)
	}
}
