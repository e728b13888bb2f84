package fleet

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/ignore"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
)

// Options are the settings of a fleet.
type Options struct {
	// Source has the options of each member's source. An Interval of 0 means
	// pollInterval; History is that of a single watch.
	Source source.Options
	// Recorded means that the members are recordings: they end by themselves.
	Recorded   bool
	judgeEvery time.Duration // of each member; 0 is every poll

	// OnOpen is called with each session before it runs, by several goroutines; it may
	// be nil.
	OnOpen func(t Target, s *session.Session) error
	// Ignored are the functions whose growth does not affect the verdict.
	Ignored ignore.List
}

// Fleet is a watch of several processes.
type Fleet struct {
	finder Finder
	o      Options
	found  chan Found

	// The remaining fields, except shown and updates, belong to the goroutine of Run.
	members     []*member
	running     sync.WaitGroup
	revision    int
	started     time.Time
	omitted     int
	diagnostics []profile.Diagnostic

	mu      sync.Mutex // guards shown
	shown   State
	updates chan State
}

// New returns a fleet of the targets that the finder finds. It does not run yet.
func New(finder Finder, o Options) *Fleet {
	o.Source.Slots = make(chan struct{}, maxConnections)
	return &Fleet{
		finder: finder, o: o, found: make(chan Found), updates: make(chan State, 1),
		shown: State{Name: finder.Name()},
	}
}

// Name returns what the fleet is, for display.
func (f *Fleet) Name() string { return f.finder.Name() }

// IsRecorded reports whether the members are recordings, or what a store has kept.
func (f *Fleet) IsRecorded() bool { return f.o.Recorded }

// Updates returns a channel of states that holds only the newest. It is closed when the
// fleet has ended, after the last state.
func (f *Fleet) Updates() <-chan State { return f.updates }

// State returns the current state.
func (f *Fleet) State() State {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.shown
}

// How often a fleet checks its members for news. Replays must follow the user's keys.
const (
	refreshInterval       = time.Second
	replayRefreshInterval = 100 * time.Millisecond
)

// Run watches until ctx ends, or all members that are recordings have been read. The
// error says why no member can be found.
func (f *Fleet) Run(ctx context.Context) error {
	return session.Guard(func() error { return f.run(ctx) })
}

func (f *Fleet) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f.started = time.Now()
	finding := make(chan error, 1)
	go func() { finding <- session.Guard(func() error { return f.find(ctx) }) }()
	interval := refreshInterval
	if f.o.Recorded {
		interval = replayRefreshInterval
	}
	tick := time.NewTicker(interval)
	defer tick.Stop()
	ended := make(chan struct{})
	var err error
	for over := false; !over; {
		select {
		case found := <-f.found:
			f.setTargets(ctx, found)
			f.publish(true)
		case err = <-finding:
			finding = nil
			if err != nil || len(f.members) == 0 {
				over = true
				break
			}
			go func() { f.running.Wait(); close(ended) }()
		case <-ended:
			over = true
		case <-tick.C:
			f.publish(false)
		case <-ctx.Done():
			over = true
		}
	}
	cancel()
	if finding != nil {
		<-finding
	}
	f.running.Wait()
	f.finish(err)
	return err
}

// find runs the finder.
func (f *Fleet) find(ctx context.Context) error {
	err := f.finder.Find(ctx, func(found Found) {
		select {
		case f.found <- found:
		case <-ctx.Done():
		}
	})
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("find %s: %w", f.finder.Name(), err)
	}
	return nil
}

// setTargets adds new targets as members, and marks members that left.
func (f *Fleet) setTargets(ctx context.Context, found Found) {
	f.omitted, f.diagnostics = found.Omitted, found.Diagnostics
	now, isListed := time.Now(), map[string]bool{}
	var fresh []Target
	for _, t := range found.Targets {
		m := f.memberOf(t.ID)
		if m != nil {
			m.update(t)
		}
		if t.HasEnded {
			continue
		}
		isListed[t.ID] = true
		if m == nil {
			fresh = append(fresh, t)
		}
	}
	for _, m := range f.members {
		if !isListed[m.target.ID] && m.gone.IsZero() {
			m.setGone(now)
		}
	}
	o := f.o
	if o.Source.Interval == 0 {
		o.Source.Interval = pollInterval(len(found.Targets))
	}
	o.judgeEvery = judgeEvery(len(found.Targets), o.Source.Interval)
	for i, t := range fresh {
		delay := time.Duration(i) * o.Source.Interval / time.Duration(len(fresh))
		if o.Recorded {
			delay = 0
		}
		f.join(ctx, t, o, delay)
	}
	f.dropOldest()
}

// memberOf returns the member of a target that has not left, nil if there is none.
func (f *Fleet) memberOf(id string) *member {
	for _, m := range f.members {
		if m.target.ID == id && m.gone.IsZero() {
			return m
		}
	}
	return nil
}

// join starts watching a target.
func (f *Fleet) join(ctx context.Context, t Target, o Options, delay time.Duration) {
	m := &member{id: t.ID, target: t}
	for n := 2; f.hasID(m.id); n++ { // it left and came back
		m.id = fmt.Sprintf("%s (%d)", t.ID, n)
	}
	ctx, m.leave = context.WithCancel(ctx)
	f.members = append(f.members, m)
	f.running.Go(func() {
		defer m.leave()
		m.run(ctx, o, delay)
	})
}

func (f *Fleet) hasID(id string) bool {
	for _, m := range f.members {
		if m.id == id {
			return true
		}
	}
	return false
}

// dropOldest forgets the members that left first, if too many have left.
func (f *Fleet) dropOldest() {
	gone := 0
	for i := len(f.members) - 1; i >= 0; i-- {
		if f.members[i].gone.IsZero() {
			continue
		}
		if gone++; gone > maxGone {
			f.members = append(f.members[:i], f.members[i+1:]...)
		}
	}
}

// publish publishes a new state if there is news, or if always is true.
func (f *Fleet) publish(always bool) {
	news := always
	for _, m := range f.members {
		news = m.hasNews() || news
	}
	if news {
		f.shareHistory()
		f.revision++
		f.send(f.newState(time.Now()))
	}
}

// finish publishes the last state.
func (f *Fleet) finish(err error) {
	for _, m := range f.members {
		m.hasNews()
	}
	f.revision++
	st := f.newState(time.Now())
	st.Ended, st.Err = true, err
	f.send(st)
	close(f.updates)
}

// send publishes a state, replacing an unread one. Run is the only sender.
func (f *Fleet) send(st State) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.shown = st
	select {
	case <-f.updates:
	default:
	}
	f.updates <- st
}
