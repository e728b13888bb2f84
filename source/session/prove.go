package session

import (
	"context"
	"errors"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
)

// errOtherProcess means that a response is about a process that has ended.
var errOtherProcess = errors.New("the target restarted before the response arrived, which is about the previous process; request it again")

// NameCreators requests an execution trace of [TraceSeconds], and finds in it what
// starts the goroutines that have no function of the user's on their stacks; the
// judge names these creators from then on.
func (s *Session) NameCreators(ctx context.Context) error {
	_, err := s.Trace(ctx, TraceSeconds)
	return err
}

// Collect requests a heap profile right after a garbage collection, and judges it
// like a polled one. It returns how long that took.
func (s *Session) Collect(ctx context.Context) (time.Duration, error) {
	c, err := s.Source.Fetch(ctx, source.Query{Kind: profile.Heap, GC: true})
	if err != nil {
		return 0, err
	}
	s.Ingest(source.Capture{Capture: c})
	return c.Took, nil
}

// fetchAnswer fetches what q requests, parses it with parse, and has the judge consider
// it. parse is called without the lock; the function it returns is called with it. The
// response of a process that has ended by then is dropped. A recording keeps the
// response, so that a replay can answer the same request.
func (s *Session) fetchAnswer(ctx context.Context, q source.Query, parse func(profile.Capture) (func(*userAnswers), error)) error {
	_, before, _ := s.currentHistory().Epoch()
	c, err := s.Fetch(ctx, q)
	if err != nil {
		return err
	}
	change, err := parse(c)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	in := s.known
	if _, now, _ := in.builder.History().Epoch(); now != before {
		return errOtherProcess
	}
	change(&in.answers)
	in.answers.resetMatches()
	in.state.Revision++
	in.judgeNow()
	s.publishState()
	return nil
}

// currentHistory returns the current history.
func (s *Session) currentHistory() *profile.History {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known.builder.History()
}

// currentBuilder returns the builder of the moment that is shown.
func (s *Session) currentBuilder() *profile.HistoryBuilder {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known.builder
}

// addOutcome adds the outcome of a request to the events.
func (s *Session) addOutcome(o profile.Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known.builder.AddEvent(profile.Event{Time: s.known.state.Now, Kind: profile.EventNote, Outcome: &o})
	s.publishState()
}
