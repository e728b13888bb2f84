package fleet

import (
	"strings"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
)

// statusCell returns the verdict on a member in a word, or why there is none.
func statusCell(m fleet.Member) table.Cell {
	r := m.State.Report
	switch {
	case m.IsGone() && r.Verdict == leak.Leaks:
		return table.Cell{Text: "gone, LEAK", Tone: theme.Dim}
	case m.IsGone():
		return table.Cell{Text: goneWord(m), Tone: theme.Dim}
	}
	if why := report.SilenceWord(m); why != "" {
		return table.Cell{Text: theme.SymbolFailed + " " + why, Tone: theme.Bad}
	}
	h := report.StatusHead(m.State)
	if h == report.WatchingHead && m.State.Replay != nil {
		h = report.UndecidedHead
	}
	return table.Cell{Text: h.String(), Tone: h.Tone}
}

// goneWord says that a member is gone: by the reason of its removal, if that is a
// single word.
func goneWord(m fleet.Member) string {
	reason, _, _ := strings.Cut(m.Removed, ":")
	if reason == "" || format.Width(reason) > verdictWidth {
		return "gone"
	}
	return reason
}
