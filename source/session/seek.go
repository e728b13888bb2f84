package session

import (
	"context"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// A moment is shown in two steps. First, within a fraction of a second, from what
// has already been read and the nearest profiles; then everything that a live watch
// would know at that moment is read in the background, and replaces it.

// refinement is the second step.
type refinement struct {
	isWanted bool // the moment shown is not the one that was fully read
	cancel   context.CancelFunc
	start    <-chan time.Time // fires when it is due
	all      []int            // the steps up to the moment
	base     time.Time        // of the baseline at the moment
	parts    chan float64
	done     chan *ingester
	failed   chan *Panic
}

// refineDelay is how long a moment must be shown before all of it is read: a user
// who scrubs needs the processors for the next moment.
const refineDelay = 150 * time.Millisecond

func (r *refinement) cancelRun() {
	if r.cancel != nil {
		r.cancel()
	}
	*r = refinement{isWanted: r.isWanted}
}

// showMoment reads the moment to be shown, if it has changed.
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
	p.copyAnswers(draft)
	p.adoptDraft(draft)
	if whole || p.playing {
		p.skipped = !whole
		return
	}
	p.refine.start, p.refine.all, p.refine.base = time.After(refineDelay), all, base
}

// startRefining starts to read everything up to the moment that is shown.
func (p *Player) startRefining(ctx context.Context) {
	r := &p.refine
	ctx, r.cancel = context.WithCancel(ctx)
	r.start, r.parts, r.done, r.failed = nil, make(chan float64, 1), make(chan *ingester, 1), make(chan *Panic, 1)
	go p.gatherAll(ctx, p.newDraft(p.judgeEvery()), *r)
}

// judgeEvery returns the interval of judging while a moment is fully read: at least
// 60 times, so that the time of a verdict is shown.
func (p *Player) judgeEvery() time.Duration {
	return min(batchInterval, p.clock.Sub(p.steps[0].Time)/60)
}

// gatherAll reads everything up to a moment.
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

// newDraft returns an ingester for another moment, which judges at an interval of
// recorded time.
func (p *Player) newDraft(judgeEvery time.Duration) *ingester {
	d := newIngester(p.known.NewSharing(), nil)
	d.judgeEvery, d.recorded, d.lastOf = judgeEvery, true, p.lastOf
	if p.past != nil {
		d.past = p.past
	}
	if p.rec.IsPair() {
		d.builder.JoinProcesses()
	}
	return d
}

// gatherSteps applies steps to a draft and judges it. The baseline, if it is set by
// then, is set at its time.
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

// keepAnswers copies to a draft what the user requested while it was read, so that it
// does not disappear: answers and profiles.
func (p *Player) keepAnswers(d *ingester) {
	d.builder.CopyKept(p.s.currentBuilder())
	p.copyAnswers(d)
}

// copyAnswers copies to a draft the answers up to its moment.
func (p *Player) copyAnswers(d *ingester) {
	p.s.mu.Lock()
	a := p.s.known.answers
	p.s.mu.Unlock()
	if d.answers = a.answersUntil(p.clock); !d.answers.isEmpty() {
		d.judgeNow()
	}
}

// adoptDraft makes a draft the current state of the watch.
func (p *Player) adoptDraft(d *ingester) {
	s := p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	d.judgeEvery = 0
	d.state.Revision, d.state.Moment = s.known.state.Revision+1, s.known.state.Moment+1
	s.known, p.shown = d, p.newReplay()
	s.publishState()
}

// Bounds on how many profiles of a kind, apart from the newest, are read before a
// moment is shown, if hardly any had been read: each takes 20 to 30 ms. When the
// recording is opened, no next moment is waiting, so more are read.
const (
	maxReadFirst   = 1
	maxReadOpening = 4
)

// maxShownFirst is how many previously read profiles of a kind are shown at first.
const maxShownFirst = 20

// stepsToShowFirst selects from the steps up to the moment those that can be shown
// at once: everything that is not a profile, the newest profiles, some that were
// read before, and, if these are few, a few unread ones, evenly spread.
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
	read := map[profile.Kind][]int{} // possibly for another moment
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

// pickEvenly picks at most n of the steps, evenly spread.
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

// playSteps applies steps while the recording plays, and judges.
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

// currentBaseline returns the time of the user's baseline, zero if it is later than
// the current moment: a user who moves back before it, and forward again, keeps it.
// A pair of profiles is compared immediately.
func (p *Player) currentBaseline() time.Time {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if !p.opened && p.rec.IsPair() {
		p.base = p.steps[p.lastStepWith(p.stops[0])].Time // include goroutines of the same moment
	}
	p.opened = true
	if p.base.After(p.clock) {
		return time.Time{}
	}
	return p.base
}

// updateBaseline applies to a draft the baseline that was set or dropped while it
// was read; before is the baseline it started with.
func (p *Player) updateBaseline(d *ingester, before time.Time) {
	switch base := p.currentBaseline(); {
	case base.Equal(before):
	case base.IsZero():
		d.builder.DropBaseline()
	default:
		d.builder.SetBaseline(base)
	}
}
