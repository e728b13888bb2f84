package fleet

import (
	"errors"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
)

// causeWords say in a word why a member does not answer.
var causeWords = map[source.Cause]string{
	source.CauseRefused: "refused", source.CauseName: "no such host", source.CauseRoute: "unreachable",
	source.CauseSocket: "no socket", source.CauseTimeout: "timeout", source.CauseTLS: "TLS fails", source.CauseCut: "cut off",
	source.CauseAuth: "not allowed", source.CauseForbidden: "forbidden", source.CauseMissing: "no pprof", source.CauseIndex: "no pprof",
	source.CauseRedirect: "redirected", source.CauseDown: "down", source.CauseOften: "throttled", source.CauseNotHTTP: "not HTTP",
	source.CauseNotPprof: "no pprof", source.CauseContent: "no pprof",
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
	case r.Verdict == leak.Leaks:
		return table.Cell{Text: theme.SymbolLeak + " LEAK", Tone: theme.Bad}
	case len(r.Suspects) > 0:
		return table.Cell{Text: theme.SymbolWatch + " suspect", Tone: theme.Warn}
	case r.Verdict == leak.Steady:
		return table.Cell{Text: theme.SymbolSteady + " steady", Tone: theme.Good}
	case m.State.Polls == 0:
		return table.Cell{Text: "connecting", Tone: theme.Dim}
	}
	return table.Cell{Text: theme.SymbolWatch + " watching", Tone: theme.Dim}
}

func failureWord(err error) string {
	if p, ok := errors.AsType[*source.Problem](err); ok && causeWords[p.Cause] != "" {
		return causeWords[p.Cause]
	}
	return "no answer"
}
