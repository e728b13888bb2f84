// Package problem has the failures of a target as the user needs them.
package problem

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/plain"
)

// Problem is a failure as the user needs it: what happened, why, what to do next.
// Text from the target is cleaned and shortened, and secrets are removed.
type Problem struct {
	Cause      Cause
	Subject    string        // "get heap from localhost:6060"; empty if Why says it
	Why        string        // "connection refused: nothing listens there"
	Tried      []string      // what else was tried, with the same result
	Next       string        // what to do; may be empty
	Err        error         // the underlying error; may be nil
	RetryAfter time.Duration // how long the target asked to wait; 0 if it did not
	Status     int           // HTTP status of the response; 0 if there was none
}

// HTTPStatus returns the status of the response, 0 if there was none.
func (p *Problem) HTTPStatus() int { return p.Status }

// Error returns the problem on one line, safe for a terminal.
func (p *Problem) Error() string {
	s := p.Why
	if p.Subject != "" {
		s = p.Subject + ": " + s
	}
	if len(p.Tried) > 0 {
		s += " (also tried " + strings.Join(p.Tried, ", ") + ")"
	}
	if p.Next != "" {
		s += "; " + p.Next
	}
	return plain.Line(s)
}

// Describe says what failed, why, and what to do next, for the screen. An error alone, "get
// heap from localhost:6060: no response", would read like an instruction there.
func Describe(err error) string {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p.describe()
	}
	return err.Error()
}

func (p *Problem) describe() string {
	if p.Subject == "" {
		return p.Error()
	}
	return "cannot " + p.Error()
}

// Reason says why something failed, and what to do next, where it is clear what failed.
func Reason(err error) string {
	if p, ok := errors.AsType[*Problem](err); ok && p.Why != "" {
		why := *p
		why.Subject = ""
		return why.Error()
	}
	return err.Error()
}

// Diagnose makes a diagnostic of why something failed.
func Diagnose(err error, code profile.Code, severity profile.Severity, k profile.Kind) profile.Diagnostic {
	d := profile.Diagnostic{Code: code, Severity: severity, Kind: k, What: plain.Clip(err.Error(), maxDiagnostic)}
	if p, ok := errors.AsType[*Problem](err); ok {
		whole := *p
		whole.Next = ""
		d.What, d.Next = plain.Clip(whole.describe(), maxDiagnostic), plain.Clip(p.Next, maxDiagnostic)
	}
	return d
}

// maxDiagnostic bounds the texts of a diagnostic, in characters.
const maxDiagnostic = 400

// Unwrap returns the underlying error.
func (p *Problem) Unwrap() error { return p.Err }

// Cause is the kind of a Problem.
type Cause string

// HasCause reports whether err is a Problem with one of the causes.
func HasCause(err error, causes ...Cause) bool {
	p, ok := errors.AsType[*Problem](err)
	return ok && slices.Contains(causes, p.Cause)
}
