package session

import (
	"errors"
	"fmt"
	"slices"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/problem"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
)

// Bounds on diagnostics: a target that sends a differently damaged profile at each
// poll could cause a new one each time, of any length.
const (
	maxDiagnostics   = 20
	maxDiagnosticLen = 400 // characters
)

// addDiagnostic adds a problem with the data, unless it was added before.
func (in *ingester) addDiagnostic(d profile.Diagnostic) {
	d.What, d.Next = plain.Clip(d.What, maxDiagnosticLen), plain.Clip(d.Next, maxDiagnosticLen)
	in.noted = profile.AddDiagnostic(in.noted, d, maxDiagnostics)
	if d.Code != profile.CodeUnreadable || in.damaged[d.Kind] {
		return
	}
	if in.damaged == nil {
		in.damaged = map[profile.Kind]bool{}
	}
	in.damaged[d.Kind] = true
	in.judgeIfDue() // no profile of its kind may arrive
}

// withdrawDiagnostics withdraws the problems of a code.
func (in *ingester) withdrawDiagnostics(code profile.Code) {
	in.noted = slices.DeleteFunc(slices.Clone(in.noted), func(d profile.Diagnostic) bool { return d.Code == code })
	in.judgeIfDue()
}

// addUnreadable adds a diagnostic of a profile that could not be read.
func (in *ingester) addUnreadable(k profile.Kind, err error) {
	in.addDiagnostic(source.Unreadable(k, err).Diagnostic)
}

// listDiagnostics returns all problems of the watch, those that stop data from
// arriving first.
func (in *ingester) listDiagnostics() (out []profile.Diagnostic) {
	s := &in.state
	add := func(d profile.Diagnostic) { out = profile.AddDiagnostic(out, d, 2*maxDiagnostics) }
	if s.Err != nil {
		code := profile.CodeEndedEarly
		if _, ok := errors.AsType[*Panic](s.Err); ok {
			code = profile.CodePanic
		}
		add(problem.Diagnose(s.Err, code, profile.SeverityWarning, ""))
	}
	silent := s.Status.Failure()
	switch {
	case !s.Gone.IsZero(): // it is no longer polled
		if s.GoneReason != "" {
			add(profile.Diagnostic{Code: profile.CodeGone, Severity: profile.SeverityWarning, What: "it is gone: " + plain.Clip(s.GoneReason, maxDiagnosticLen)})
		}
	case silent != nil:
		add(problem.Diagnose(silent, profile.CodeNoAnswer, profile.SeverityWarning, ""))
	default:
		for _, d := range in.failedEndpoints() {
			add(d)
		}
	}
	if s.Polls == 0 && !in.recorded && slices.ContainsFunc(in.noted, func(d profile.Diagnostic) bool { return d.Code == profile.CodeUnreadable }) {
		add(profile.Diagnostic{
			Code: profile.CodeNothingReadable, Severity: profile.SeverityBlocking, What: "the target answers, but not with Go profiles",
			Next: "check that host, port and prefix are those of net/http/pprof, and that no proxy changes or compresses the answers",
		})
	}
	for _, d := range s.Report.Diagnostics {
		if silent == nil || d.Code != profile.CodeEndpointFailed && d.Code != profile.CodeNotServed {
			add(d)
		}
	}
	for _, d := range in.noted {
		add(d)
	}
	return out
}

// failedEndpoints says why endpoints fail, unless the report already does.
func (in *ingester) failedEndpoints() (out []profile.Diagnostic) {
	for _, e := range in.state.Status.Endpoints {
		code := profile.CodeEndpointFailed
		if e.Disabled {
			code = profile.CodeNotServed
		}
		told := slices.ContainsFunc(in.state.Report.Diagnostics, func(d profile.Diagnostic) bool { return d.Code == code && d.Kind == e.Kind })
		if e.Err != nil && e.Kind != source.Memory && !told {
			out = append(out, problem.Diagnose(e.Err, code, profile.SeverityWarning, e.Kind))
		}
	}
	return out
}

// blockingDiagnostics returns the kinds that cannot be judged although they are
// served: they must not count as steady.
func (in *ingester) blockingDiagnostics(h *profile.History) (out []profile.Diagnostic) {
	add := func(code profile.Code, k profile.Kind, what, next string) {
		out = append(out, profile.Diagnostic{Code: code, Severity: profile.SeverityBlocking, Kind: k, What: what, Next: next})
	}
	if h.AlternatesProcesses() {
		add(profile.CodeSeveral, "", "several processes answer in turn (a load balancer?), so none can be judged", "watch one, by its own address or pod/NAME")
	}
	if h.IsFull() {
		what := "there are more distinct stacks than leaktop has memory for: those that hold least are not judged"
		if n := h.Usage().Folded; n > 0 {
			what += fmt.Sprintf(", %d more in the newest profile", n)
		}
		add(profile.CodeTooManyStacks, "", what, "allow more with --history")
	}
	for _, k := range []profile.Kind{profile.Heap, profile.Goroutine} {
		n, _, _ := h.Freshness(k)
		switch d, ok := h.UnusableReason(k); {
		case in.stopped[k]:
			out = append(out, outOfMemory(k))
		case ok:
			out = append(out, d)
		case n == 0 && in.damaged[k]:
			add(profile.CodeNothingReadable, k, fmt.Sprintf("no %s profile could be read, so a leak of that kind is not excluded", k), "")
		}
	}
	return out
}
