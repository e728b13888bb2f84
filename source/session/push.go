package session

import (
	"errors"
	"fmt"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/problem"
)

// pushTimeout is how long waiting profiles are still sent to a store after a watch has
// ended.
const pushTimeout = 10 * time.Second

// Push starts sending every distinct profile to a store, beginning with the newest ones.
// Profiles that wait for the store are kept below dir.
func (s *Session) Push(sink *source.Sink, dir string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.outbox != nil {
		return errors.New("this watch is already being sent to a store")
	}
	out, err := sink.NewOutbox(dir, s.Source.Name(), s.onPush)
	if err != nil {
		return err
	}
	out.Add(source.Facts{Facts: s.known.builder.History().Facts()})
	for _, k := range s.known.captureRefs {
		if c, err := k.newest.loader()(); err == nil {
			out.Add(source.Capture{Capture: c})
		}
	}
	s.outbox = out
	s.publishState()
	return nil
}

// StopPushing sends the waiting profiles, and returns the final state; zero if nothing was
// pushed.
func (s *Session) StopPushing() (source.Push, error) {
	s.mu.Lock()
	out := s.outbox
	s.outbox = nil
	s.mu.Unlock()
	if out == nil {
		return source.Push{}, nil
	}
	return out.Close(pushTimeout)
}

// onPush publishes a state when sending to the store begins to fail, or succeeds again.
func (s *Session) onPush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.outbox != nil && (s.outbox.State().Err != nil) != (s.shown.Push != nil && s.shown.Push.Err != nil) {
		s.publishState()
	}
}

// diagnosePush says why profiles do not reach the store, or how many were lost.
func diagnosePush(p source.Push) profile.Diagnostic {
	d := profile.Diagnostic{Code: profile.CodePushFailed, Severity: profile.SeverityWarning}
	if p.Err != nil {
		d = problem.Diagnose(p.Err, profile.CodePushFailed, profile.SeverityWarning, "")
	}
	switch {
	case p.Dropped > 0 && p.Err == nil:
		d.What = fmt.Sprintf("%s profiles could not be sent to %s and were dropped", quantity.Count(p.Dropped), p.Store)
	case p.Dropped > 0:
		d.What += fmt.Sprintf("; %s profiles were dropped", quantity.Count(p.Dropped))
	case p.Waiting > 0:
		d.What += fmt.Sprintf("; %s profiles are waiting to be sent", quantity.Count(p.Waiting))
	}
	return d
}
