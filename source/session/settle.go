package session

import (
	"time"

	"github.com/leaktop/leaktop/source"
)

// settleTime is how long the result of a poll waits for the other polls of its round.
const settleTime = 400 * time.Millisecond

// isOneOfSeveral reports whether other messages follow at once, the last of them a
// status. Judging and drawing each of them would cost several times as much.
func isOneOfSeveral(m source.Message) bool {
	switch m.(type) {
	case source.Capture, source.Reading:
		return true
	}
	return false
}

// settleRounds publishes the polls of a round together, until the returned function is
// called. It calls failed with a panic.
func (s *Session) settleRounds(failed func(*Panic)) (stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.silent || s.known.recorded {
		return func() {}
	}
	s.known.defersJudging = true
	s.settle = time.AfterFunc(time.Hour, func() {
		defer recoverPanic(failed)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.publishRound()
	})
	s.settle.Stop()
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.publishRound()
		s.settle, s.known.defersJudging = nil, false
	}
}

// publishRound publishes what has arrived since the last state, if anything.
func (s *Session) publishRound() {
	if s.isUnsettled {
		s.publishState()
	}
}
