package fleet

import (
	"errors"

	"github.com/leaktop/leaktop/source/kube"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/source/problem"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
)

// causeWords say in a word why a member does not answer.
var causeWords = map[problem.Cause]string{
	problem.CauseRefused: "refused", problem.CauseName: "no such host", problem.CauseRoute: "unreachable",
	problem.CauseSocket: "no socket", problem.CauseTimeout: "timeout", problem.CauseTLS: "TLS fails", problem.CauseCut: "cut off",
	problem.CauseAuth: "not allowed", problem.CauseForbidden: "forbidden", problem.CauseMissing: "no pprof", problem.CauseIndex: "no pprof",
	problem.CauseRedirect: "redirected", problem.CauseDown: "down", problem.CauseOften: "throttled", problem.CauseNotHTTP: "not HTTP",
	problem.CauseNotPprof: "no pprof", problem.CauseContent: "no pprof",
}

// status returns the word on a member: its verdict, or why there is none.
func status(m fleet.Member) table.Cell {
	r := m.State.Report
	switch {
	case m.IsGone() && r.Verdict == leak.Leaks:
		return table.Cell{Text: "gone, LEAK", Tone: theme.Dim}
	case m.IsGone():
		return table.Cell{Text: "gone", Tone: theme.Dim}
	case m.Err != nil:
		return table.Cell{Text: theme.SymbolFailed + " " + failureWord(m.Err), Tone: theme.Bad}
	}
	h := report.StatusHead(r, m.State.Polls)
	return table.Cell{Text: h.String(), Tone: h.Tone}
}

func failureWord(err error) string {
	if p, ok := errors.AsType[*problem.Problem](err); ok && causeWords[p.Cause] != "" {
		return causeWords[p.Cause]
	}
	if errors.Is(err, kube.ErrNotRunning) {
		return "down"
	}
	return "no answer"
}
