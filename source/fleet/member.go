package fleet

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile/fleet"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/poll"
	"github.com/leaktop/leaktop/source/session"
)

// member is one process, from the moment it joins to the end of the fleet. The fleet's
// goroutine owns it, except for what mu guards.
type member struct {
	id     string
	target Target
	gone   time.Time
	leave  context.CancelFunc
	// seen is the newest state that the fleet has processed, and holdings what it holds.
	seen     session.State
	holdings []fleet.Holding
	share    int64 // the limit of its history, in bytes; 0 before it is set

	mu      sync.Mutex // guards session and err, which run sets, and changes of target
	session *session.Session
	err     error // why it could not be opened
}

// update adopts the new state of the target. Its Open may be in use.
func (m *member) update(t Target) {
	m.mu.Lock() // run reads it too; all other reads are of the caller's goroutine
	defer m.mu.Unlock()
	m.target.Facts, m.target.Zone, m.target.CPU = t.Facts, t.Zone, t.CPU
	m.target.ExitReason, m.target.Obstacle, m.target.Removed = t.ExitReason, t.Obstacle, t.Removed
}

// setGone marks the member as gone, and ends its watch.
func (m *member) setGone(now time.Time) {
	m.gone = now
	if s, _ := m.current(); s != nil {
		session.SetGone(s, now, m.target.Removed)
	}
	m.leave()
}

// The pause before opening a member again doubles from minReopen to maxReopen.
const (
	minReopen = 2 * time.Second
	maxReopen = 30 * time.Second
)

// run watches the member until ctx ends, or its source has no more data. delay spreads
// the members over the interval.
func (m *member) run(ctx context.Context, o Options, delay time.Duration) {
	if poll.SleepFor(ctx, delay) != nil {
		return
	}
	for pause := minReopen; ; pause = min(2*pause, maxReopen) {
		src, err := m.target.Open(ctx, o.Source)
		if err == nil {
			m.watch(ctx, src, o)
			return
		}
		if ctx.Err() != nil {
			return
		}
		m.setSession(nil, err)
		if poll.SleepFor(ctx, pause) != nil {
			return
		}
	}
}

// watch runs the session of an open source, and closes it.
func (m *member) watch(ctx context.Context, src source.Source, o Options) {
	s := session.New(src)
	if o.Recorded {
		s = session.NewRecorded(src)
	}
	s.Ignore(o.Ignored)
	if !o.Recorded {
		s.SetJudgeEvery(o.judgeEvery)
	}
	if o.OnOpen != nil {
		m.mu.Lock()
		target := m.target
		m.mu.Unlock()
		if err := o.OnOpen(target, s); err != nil {
			m.setSession(nil, errors.Join(err, src.Close()))
			return
		}
	}
	m.setSession(s, nil)
	err := s.Run(ctx) // the last state has it, too
	if err := errors.Join(err, src.Close()); err != nil && ctx.Err() == nil {
		m.setSession(s, err)
	}
}

func (m *member) setSession(s *session.Session, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.session, m.err = s, err
}

func (m *member) current() (*session.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.session, m.err
}

// hasNews reports whether anything of the member differs from what the fleet has
// processed, and processes it.
func (m *member) hasNews() bool {
	s, _ := m.current()
	if s == nil {
		return true // it waits or fails, which is cheap to show
	}
	before := m.seen
	m.seen = s.State()
	if m.seen.Revision != before.Revision || m.holdings == nil {
		m.holdings = fleet.HoldingsOf(m.seen.Groups, m.seen.Report)
	}
	return m.seen.Revision != before.Revision || m.seen.Now != before.Now || m.seen.Ended != before.Ended || m.seen.Replay != before.Replay ||
		m.seen.Facts != before.Facts || len(m.seen.Diagnostics) != len(before.Diagnostics)
}

// snapshot returns the member as it was last processed.
func (m *member) snapshot() Member {
	s, err := m.current()
	st := m.seen
	out := Member{
		ID: m.id, TargetID: m.target.ID, FullName: m.target.Name, Zone: m.target.Zone, Cluster: m.target.Cluster, CPU: m.target.CPU, ExitReason: m.target.ExitReason, Removed: m.target.Removed,
		Gone: m.gone, Err: err, Facts: m.target.Facts.Merge(st.Facts), State: st, session: s, left: m.target.Left,
	}
	if out.Err == nil && m.target.Obstacle != "" && st.Polls == 0 {
		out.Err = errors.New(m.target.Obstacle)
	}
	if out.Err == nil {
		out.Err = st.Status.Failure()
	}
	if out.Err == nil {
		out.Err = st.Err
	}
	f := out.Facts
	out.Compared = fleet.Member{
		ID: m.id, Version: f.Version, Node: f.Node, Zone: m.target.Zone, Created: f.Created, IsGone: out.IsGone(),
		HasFailed: out.Err != nil, Restarts: max(f.Restarts, st.Restarts), Report: st.Report, Polls: st.Polls, Holdings: m.holdings,
	}
	return out
}
