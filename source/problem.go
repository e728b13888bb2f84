package source

import (
	"errors"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile/plain"
)

// Problem is a failure as people need it: what happened, why, what to do next.
// Texts that come from the target are cleaned and clipped, secrets are not in
// them.
type Problem struct {
	Cause Cause
	What  string        // "get heap from localhost:6060"; empty if Why says it
	Why   string        // "connection refused: nothing listens there"
	Next  string        // what to do; may be empty
	Err   error         // what it was made of; may be nil
	Again time.Duration // how long the target wants to be left alone; 0 if it did not say
}

// Error is one line, and safe to show whatever it was made of.
func (p *Problem) Error() string {
	s := p.Why
	if p.What != "" {
		s = p.What + ": " + s
	}
	if p.Next != "" {
		s += "; " + p.Next
	}
	return plain.Line(s)
}

// Unwrap gives the error below.
func (p *Problem) Unwrap() error { return p.Err }

// Cause is the kind of a Problem.
type Cause string

// hasCause says whether err is a Problem of one of the causes.
func hasCause(err error, causes ...Cause) bool {
	p, ok := errors.AsType[*Problem](err)
	return ok && slices.Contains(causes, p.Cause)
}
