package session

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/ignore"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/problem"
)

// Session is one watch of one source: of a live target, or of a recording.
type Session struct {
	Source source.Source

	mu          sync.Mutex // guards the fields below: messages come from several goroutines
	known       *ingester
	shown       State // the newest published state
	updates     chan State
	isClosed    bool        // updates is closed
	settle      *time.Timer // publishes the results of a round of polls; nil to publish after each message
	isUnsettled bool        // there is something to publish

	recorder *recorder        // nil while nothing is recorded
	outbox   *source.Outbox   // nil while nothing is sent to a store
	player   *Player          // nil if the source is not replayed
	auto     *autoTracer      // nil unless traces are automatic
	answers  *recordedAnswers // nil if the source is not a recording
	changed  chan struct{}    // signals a new state to what follows it concurrently
	silent   bool             // a recording is read at full speed: only its end is published
}

// New returns a session of src, not yet running. A recording is replayed, or with
// [source.Options].FullSpeed read to its end.
func New(src source.Source) *Session {
	s := &Session{Source: src, updates: make(chan State, 1)}
	stopper, _ := src.(source.Stopper)
	var options []profile.Option
	if l, ok := src.(source.HistoryLimiter); ok && l.HistoryLimit() > 0 {
		options = append(options, profile.WithLimit(l.HistoryLimit()))
	}
	s.known = newIngester(profile.NewHistoryBuilder(options...), stopper)
	if rec, ok := src.(*source.Recorded); ok {
		s.known.recorded, s.answers = true, newRecordedAnswers(rec)
		if rec.IsFullSpeed() {
			s.silent, s.known.judgeEvery = true, batchInterval
		} else {
			s.player = newPlayer(s, rec)
		}
	}
	s.auto, s.changed = newAutoTracer(src), make(chan struct{}, 1)
	s.shown = s.known.newState()
	return s
}

// NewRecorded is like New for any source that ends by itself, such as files.
func NewRecorded(src source.Source) *Session {
	s := New(src)
	s.known.recorded = true
	return s
}

// Ignore sets the functions whose growth does not affect the verdict. It must be called
// before the session runs, and has no effect on a replay.
func (s *Session) Ignore(l ignore.List) { s.known.ignored = l }

// Updates returns a channel of states that holds only the newest: a slow reader
// misses some. It is closed when the session has ended, after the last state.
func (s *Session) Updates() <-chan State { return s.updates }

// State returns the current state.
func (s *Session) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.publishRound()
	return s.shown
}

// Run watches until ctx ends or the source has no more data. The error is the
// source's; nil if ctx ended. A panic becomes a [*Panic], so that what was learned
// stays on the screen.
func (s *Session) Run(ctx context.Context) error {
	finish := followPast(ctx, s)
	err := s.followAndTrace(ctx)
	finish()
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.silent || s.known.judgeEvery > 0 && s.player == nil {
		s.known.judgeNow()
		s.silent, s.known.judgeEvery = false, 0
	}
	s.known.state.Ended, s.known.state.Err = true, err
	s.publishState()
	s.isClosed = true
	close(s.updates)
	return err
}

// followAndTrace follows the source, and traces suspects concurrently; in a replay it
// considers the recorded answers.
func (s *Session) followAndTrace(ctx context.Context) error {
	var follow func(context.Context, *Session)
	switch {
	case s.player != nil:
		follow = s.answers.addAnswers
	case s.auto != nil:
		follow = s.auto.traceSuspects
	default:
		return s.runSource(ctx)
	}
	following, stop := context.WithCancel(ctx)
	var other sync.WaitGroup
	var failed *Panic
	other.Go(func() {
		defer recoverPanic(func(p *Panic) { failed = p })
		for {
			select {
			case <-following.Done():
				return
			case <-s.changed:
				follow(following, s)
			}
		}
	})
	err := s.runSource(ctx)
	stop()
	other.Wait()
	if failed != nil {
		return failed
	}
	return err
}

func (s *Session) runSource(ctx context.Context) (err error) {
	defer recoverPanic(func(p *Panic) { err = p })
	if s.player != nil {
		return s.player.runLoop(ctx)
	}
	err = s.watchSource(ctx)
	if s.answers != nil {
		s.answers.addAnswers(ctx, s)
	}
	return err
}

// SetJudgeEvery sets the minimum time between two judgments, which take most of the work of
// a watch; 0 judges every poll. A watch is judged at its end in any case.
func (s *Session) SetJudgeEvery(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known.judgeEvery = d
}

// SetHistoryLimit changes the maximum size of a live watch's history, see
// [profile.HistoryBuilder.SetLimit].
func SetHistoryLimit(s *Session, bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known.builder.SetLimit(bytes)
}

// SetGone records that the process of a live watch is gone, and why; why may be empty.
func SetGone(s *Session, at time.Time, why string) {
	s.changeState(func(in *ingester) { in.state.Gone, in.state.GoneReason = at, why })
}

// Ingest applies one message. The source calls it while the session runs, possibly
// from several goroutines.
func (s *Session) Ingest(m source.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.recorder != nil {
		s.recorder.enqueue(m)
	}
	if s.outbox != nil {
		s.outbox.Add(m)
	}
	s.known.applyMessage(decodeMessage(s.known.builder, m))
	if s.settle != nil && isOneOfSeveral(m) {
		if !s.isUnsettled {
			s.isUnsettled = true
			s.settle.Reset(settleTime)
		}
		return
	}
	s.publishState()
}

// publishState publishes a new state, replacing an unread one. It never blocks:
// s.mu makes it the only sender.
func (s *Session) publishState() {
	if s.silent {
		return
	}
	if s.isUnsettled {
		s.isUnsettled = false
		s.settle.Stop()
	}
	s.known.judgePending()
	st := s.known.newState()
	if s.player != nil {
		st.Replay = s.player.shown
	}
	if s.recorder != nil {
		now := s.recorder.currentState()
		st.Recording = &now
		if now.Err != nil {
			st.Diagnostics = append([]profile.Diagnostic{problem.Diagnose(now.Err, profile.CodeRecordingFailed, profile.SeverityWarning, "")}, st.Diagnostics...)
		}
	}
	if s.outbox != nil {
		now := s.outbox.State()
		st.Push = &now
		if now.Err != nil || now.Dropped > 0 {
			st.Diagnostics = append([]profile.Diagnostic{diagnosePush(now)}, st.Diagnostics...)
		}
	}
	s.shown = st
	if s.isClosed {
		return
	}
	select {
	case s.changed <- struct{}{}:
	default: // it has yet to look at the last one
	}
	select {
	case <-s.updates:
	default:
	}
	s.updates <- st
}

// changeState changes the state for a reason other than a message of the source, and
// publishes it.
func (s *Session) changeState(do func(in *ingester)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do(s.known)
	s.known.state.Revision++
	s.publishState()
}

// Keep adds a profile that was requested once. It can be shown, but it is not part of
// the history.
func (s *Session) Keep(c profile.Capture) (*profile.Snapshot, error) {
	snap, err := s.currentBuilder().ParseCapture(c)
	if err == nil {
		s.changeState(func(in *ingester) { in.builder.KeepSnapshot(snap) })
	}
	return snap, err
}

// SetBaseline makes the newest profiles the baseline that later values are compared
// with; at is the moment on screen. It returns false if there are no profiles yet.
func (s *Session) SetBaseline(at time.Time) (ok bool) {
	s.changeState(func(in *ingester) {
		ok = in.builder.SetBaseline(at)
		if ok && s.player != nil {
			s.player.base = in.builder.History().Baseline()
		}
	})
	return ok
}

// DropBaseline makes values absolute again.
func (s *Session) DropBaseline() {
	s.changeState(func(in *ingester) {
		in.builder.DropBaseline()
		if s.player != nil {
			s.player.base = time.Time{}
		}
	})
}
