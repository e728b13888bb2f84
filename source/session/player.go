package session

import (
	"context"
	"slices"
	"sort"
	"sync/atomic"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
)

// Player replays a recording into a watch. What it shows at a moment is what a live
// watch would have shown then. Its methods return at once; their effect arrives as
// a State.
type Player struct {
	s *Session
	stepReader
	polls    map[profile.Kind]int       // profiles of each polled kind
	lastOf   map[profile.Kind]time.Time // of these
	stops    []int                      // steps to stop at: polls of the heap, or of another kind if there are none
	past     *atomic.Pointer[Past]      // shared by all moments, if a store is queried; nil if the recording has it
	requests chan func(*Player)
	base     time.Time // of the user's baseline, zero for none; guarded by s.mu
	shown    *Replay   // as last published; guarded by s.mu

	// The remaining fields are used by the run only.
	at      int       // the last step that is shown
	clock   time.Time // the moment that is shown
	playing bool
	ticked  time.Time // the last tick while it plays; zero before the first
	speed   int
	skipped bool // profiles were skipped while it played fast
	event   *profile.Event
	jumps   int
	loaded  float64
	events  []profile.Event // to jump to, in chronological order
	opened  bool
	// wasAtEnd reports that the end was shown when the recording grew.
	wasAtEnd bool
	refine   refinement
}

func newPlayer(s *Session, rec *source.Recorded) *Player {
	p := &Player{s: s, requests: make(chan func(*Player), 64), speed: firstSpeed}
	p.rec, p.steps, p.known = rec, rec.Steps(), s.known.builder
	p.snaps.byStep = map[int]*profile.Snapshot{}
	if rec.Past() != nil {
		p.past = s.known.past
	}
	p.speed = initialSpeed(p.steps[len(p.steps)-1].Time.Sub(p.steps[0].Time))
	p.findStops()
	s.known.lastOf = p.lastOf
	for _, s := range p.steps {
		if s.Event.Kind != "" {
			p.events = append(p.events, s.Event)
		}
	}
	return p
}

// findStops finds the steps to stop at, and counts the profiles.
func (p *Player) findStops() {
	p.polls, p.lastOf = map[profile.Kind]int{}, map[profile.Kind]time.Time{} // states keep the last ones
	for _, s := range p.steps {
		if s.Kind != "" {
			p.polls[s.Kind]++
			p.lastOf[s.Kind] = s.Time
		}
	}
	p.stops = p.stepsOf(profile.Heap)
	if len(p.stops) == 0 {
		p.stops = p.stepsOf(profile.Goroutine)
	}
}

func (p *Player) stepsOf(k profile.Kind) (out []int) {
	for i, s := range p.steps {
		if s.Kind == k {
			out = append(out, i)
		}
	}
	return out
}

// Player returns the player of a replay, nil for a live target.
func (s *Session) Player() *Player { return s.player }

// Toggle plays or pauses; at the end it plays from the beginning.
func (p *Player) Toggle() { p.enqueue((*Player).togglePlaying) }

// Step moves by a number of polls, forward or back.
func (p *Player) Step(polls int) { p.enqueue(func(p *Player) { p.stepPolls(polls) }) }

// SeekTo pauses a replay, and moves it to a moment.
func SeekTo(p *Player, at time.Time) {
	p.enqueue(func(p *Player) {
		p.playing, p.event = false, nil
		p.goTo(p.stepAt(at), at)
	})
}

// SetPlaying plays from the moment that is shown, or pauses.
func SetPlaying(p *Player, playing bool) {
	p.enqueue(func(p *Player) {
		if p.playing != playing && (!playing || p.at < len(p.steps)-1) {
			p.togglePlaying()
		}
	})
}

// ChangeSpeed selects the next higher speed, or with -1 the next lower one.
func (p *Player) ChangeSpeed(by int) {
	p.enqueue(func(p *Player) { p.speed = min(max(p.speed+by, 0), len(speeds)-1) })
}

// SetSpeed selects the highest speed that is at most the given one.
func SetSpeed(p *Player, speed float64) {
	p.enqueue(func(p *Player) {
		p.speed = 0
		for i, s := range speeds {
			if s <= speed {
				p.speed = i
			}
		}
	})
}

// Jump moves to the next event, or with -1 to the previous one.
func (p *Player) Jump(by int) { p.enqueue(func(p *Player) { p.jumpToEvent(by) }) }

// Seek moves to a moment.
func (p *Player) Seek(t time.Time) { p.enqueue(func(p *Player) { p.goTo(p.stepAt(t), t) }) }

// enqueue passes a command to the run. Commands that arrive faster than it can
// follow are dropped.
func (p *Player) enqueue(f func(*Player)) {
	select {
	case p.requests <- f:
	default:
	}
}

// frameInterval is how often the screen is updated while a recording plays.
const frameInterval = 100 * time.Millisecond

// runLoop replays until ctx ends. It starts at the end, where the verdict is.
func (p *Player) runLoop(ctx context.Context) error {
	defer func() { p.refine.cancelRun() }()
	ticker := time.NewTicker(frameInterval)
	defer ticker.Stop()
	defer p.startFollowing(ctx)()
	p.at = -1
	p.goTo(len(p.steps)-1, p.steps[len(p.steps)-1].Time)
	p.showMoment(ctx)
	for {
		var ticks <-chan time.Time
		if p.playing {
			ticks = ticker.C
		}
		select {
		case <-ctx.Done():
			return nil
		case f := <-p.requests:
			f(p)
			for more := true; more; {
				select {
				case f := <-p.requests:
					f(p)
				default:
					more = false
				}
			}
			p.showMoment(ctx)
		case now := <-ticks:
			p.playTick(ctx, now)
		case <-p.rec.Added():
			p.takeAdded(ctx)
		case <-p.refine.start:
			p.startRefining(ctx)
		case part := <-p.refine.parts:
			p.loaded = part
			p.publishReplay()
		case failed := <-p.refine.failed:
			return failed
		case d := <-p.refine.done:
			p.updateBaseline(d, p.refine.base)
			p.keepAnswers(d)
			p.refine.cancelRun()
			p.loaded = 1
			p.collectEvents(d)
			p.adoptDraft(d)
			p.followEnd(ctx)
		}
	}
}

// stepAt returns the last step at or before a moment.
func (p *Player) stepAt(t time.Time) int {
	return max(0, sort.Search(len(p.steps), func(i int) bool { return p.steps[i].Time.After(t) })-1)
}

// goTo sets the step to be shown; showMoment shows it.
func (p *Player) goTo(i int, t time.Time) {
	p.at, p.clock = i, t
	p.event, p.wasAtEnd = nil, false
	p.refine.isWanted = true
}

func (p *Player) togglePlaying() {
	p.playing, p.ticked = !p.playing, time.Time{}
	if p.playing && p.at == len(p.steps)-1 {
		first := p.stops[0]
		p.goTo(first, p.steps[first].Time)
	}
	if !p.playing && p.skipped {
		p.refine.isWanted = true
	}
}

// stepPolls moves to another poll and pauses there. Everything up to the next poll
// is shown with it.
func (p *Player) stepPolls(polls int) {
	p.playing = false
	now := sort.SearchInts(p.stops, p.at+1) - 1 // the current stop
	next := min(max(now+polls, 0), len(p.stops)-1)
	i := p.stops[next]
	p.goTo(p.lastStepWith(i), p.steps[i].Time)
}

// lastStepWith returns the last step that is shown together with a poll: the one
// before the next poll of the same kind.
func (p *Player) lastStepWith(i int) int {
	for j := i + 1; j < len(p.steps); j++ {
		if p.steps[j].Kind == p.steps[i].Kind {
			return j - 1
		}
	}
	return len(p.steps) - 1
}

// jumpToEvent moves to an event; events of the same second are one jump.
func (p *Player) jumpToEvent(by int) {
	p.jumps++
	p.event = nil
	i := sort.Search(len(p.events), func(i int) bool { return p.events[i].Time.Sub(p.clock) >= time.Second })
	if by < 0 {
		i = sort.Search(len(p.events), func(i int) bool { return p.events[i].Time.Sub(p.clock) > -time.Second }) - 1
	}
	if i < 0 || i >= len(p.events) {
		return
	}
	e := p.events[i]
	p.playing = false
	p.goTo(p.stepAt(e.Time), e.Time)
	p.event = &e
}

// collectEvents collects the events of the whole recording: those recorded, and
// those that only judging reveals. Garbage collections are too many to jump to.
func (p *Player) collectEvents(d *ingester) {
	if p.at < len(p.steps)-1 {
		return
	}
	p.events = nil
	for _, e := range d.builder.History().Events() {
		if e.Kind != profile.EventGC {
			p.events = append(p.events, e)
		}
	}
	sort.SliceStable(p.events, func(i, j int) bool { return p.events[i].Time.Before(p.events[j].Time) })
}

// maxPerTick is how many profiles of a kind are read per tick; at high speeds the
// others are skipped until it pauses.
const maxPerTick = 4

// playTick advances by the time since the last tick, so that replays played side by
// side stay in step.
func (p *Player) playTick(ctx context.Context, now time.Time) {
	elapsed := frameInterval
	if !p.ticked.IsZero() {
		elapsed = now.Sub(p.ticked)
	}
	p.ticked = now
	p.clock = p.clock.Add(time.Duration(float64(elapsed) * speeds[p.speed]))
	to := p.stepAt(p.clock)
	if to > p.at {
		steps := p.thinSteps(p.at+1, to)
		p.playSteps(ctx, steps)
		p.at = to
	}
	if p.at == len(p.steps)-1 {
		p.playing, p.clock = false, p.steps[p.at].Time
		if p.skipped {
			p.refine.isWanted = true
			p.showMoment(ctx)
			return
		}
	}
	p.publishReplay()
}

// thinSteps returns the steps of a tick, with a few of each kind of profile.
func (p *Player) thinSteps(from, to int) []int {
	n := map[profile.Kind]int{}
	var out []int
	for i := to; i >= from; i-- {
		k := p.steps[i].Kind
		if n[k]++; k != "" && n[k] > maxPerTick {
			p.skipped = true
			continue
		}
		out = append(out, i)
	}
	slices.Reverse(out)
	return out
}

// publishReplay publishes the position of the replay.
func (p *Player) publishReplay() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.shown = p.newReplay()
	p.s.publishState()
}

func (p *Player) newReplay() *Replay {
	p.rec.SetTime(p.clock)
	marks := make([]time.Time, len(p.events))
	for i, e := range p.events {
		marks[i] = e.Time
	}
	before, after := stopsAround(p)
	return &Replay{
		Events: p.events, Before: before, After: after,
		From: p.steps[0].Time, To: p.steps[len(p.steps)-1].Time, At: p.clock, Playing: p.playing, Speed: speeds[p.speed],
		Loaded: p.loaded, Event: p.event, Jumps: p.jumps, Marks: marks, Pair: p.rec.IsPair(),
		File: p.rec.File(), IsFiles: p.rec.IsFiles(), Polls: p.polls,
		IsStore: p.rec.IsStore(), IsLive: p.rec.Added() != nil && !p.playing && p.at == len(p.steps)-1,
	}
}

// stopsAround returns the times of the polls before and after the moment, zero if there is
// none.
func stopsAround(p *Player) (before, after time.Time) {
	i := sort.Search(len(p.stops), func(i int) bool { return !p.steps[p.stops[i]].Time.Before(p.clock) })
	if i > 0 {
		before = p.steps[p.stops[i-1]].Time
	}
	for ; i < len(p.stops); i++ {
		if t := p.steps[p.stops[i]].Time; t.After(p.clock) {
			return before, t
		}
	}
	return before, after
}
