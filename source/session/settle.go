package session

import (
	"time"

	"github.com/leaktop/leaktop/source"
)

// settleTime is how long what one poll brought waits for the other polls of its round.
const settleTime = 100 * time.Millisecond

// isOneOfSeveral reports whether other messages follow at once, a status at the end:
// judging and drawing each of them would take several times as much.
func isOneOfSeveral(m source.Message) bool {
	switch m.(type) {
	case source.Capture, source.Reading:
		return true
	}
	return false
}

// settleRounds publishes the polls of a round together from now on. The function that it
// returns ends that; failed is called with a panic.
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

// publishRound publishes what has come since the last state, if anything.
func (s *Session) publishRound() {
	if s.isUnsettled {
		s.publishState()
	}
}
