package report

import (
	"errors"
	"slices"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/source/problem"
)

// causeWords say in one or two words why a member does not answer.
var causeWords = map[problem.Cause]string{
	problem.CauseRefused: "refused", problem.CauseName: "no such host", problem.CauseRoute: "unreachable",
	problem.CauseSocket: "no socket", problem.CauseTimeout: "timeout", problem.CauseTLS: "TLS fails", problem.CauseCut: "cut off",
	problem.CauseAuth: "not allowed", problem.CauseForbidden: "forbidden", problem.CauseMissing: "no pprof", problem.CauseIndex: "no pprof",
	problem.CauseRedirect: "redirected", problem.CauseDown: "down", problem.CauseOften: "throttled", problem.CauseNotHTTP: "not HTTP",
	problem.CauseNotPprof: "no pprof", problem.CauseContent: "no pprof",
	problem.CauseServer: "HTTP error",
}

// FailureWord says in a word or two why a target does not answer.
func FailureWord(err error) string {
	if p, ok := errors.AsType[*problem.Problem](err); ok && causeWords[p.Cause] != "" {
		return causeWords[p.Cause]
	}
	switch {
	case errors.Is(err, kube.ErrNotRunning):
		return "down"
	case errors.Is(err, kube.ErrRefused):
		return causeWords[problem.CauseRefused]
	case kube.IsForbidden(err):
		return causeWords[problem.CauseForbidden]
	}
	return "no answer"
}

// SilenceWord says in a word or two why a member of a fleet sends no profile; "" if nothing
// is known to be wrong.
func SilenceWord(m fleet.Member) string {
	switch {
	case m.Err != nil:
		return FailureWord(m.Err)
	case m.State.Polls == 0 && slices.ContainsFunc(m.State.Diagnostics, func(d profile.Diagnostic) bool { return d.Code == profile.CodeNotServed }):
		return "index only"
	}
	return ""
}
