package report

import (
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/theme"
)

// Head is the word before a sentence, such as "LEAK". Exported documents have only the
// word.
type Head struct {
	Tone         theme.Tone
	Symbol, Word string // either may be empty
}

// String returns the word with its symbol, as the screen shows it.
func (h Head) String() string {
	if h.Symbol == "" || h.Word == "" {
		return h.Symbol + h.Word
	}
	return h.Symbol + " " + h.Word
}

// SuspectHead returns the word for a suspect.
func SuspectHead(c leak.Confidence) Head {
	switch c {
	case leak.Low:
		return Head{theme.Warn, theme.SymbolWatch, "suspect"}
	case leak.Proven:
		return Head{theme.Bad, theme.SymbolLeak, "LEAK proven"}
	}
	return Head{theme.Bad, theme.SymbolLeak, "LEAK"}
}

// The heads of a target without suspects.
var (
	LeakHead      = Head{theme.Bad, theme.SymbolLeak, "LEAK"}
	SteadyHead    = Head{theme.Good, theme.SymbolSteady, "steady"}
	WatchingHead  = Head{theme.Dim, theme.SymbolWatch, "watching"}
	UndecidedHead = Head{theme.Dim, theme.SymbolWatch, "undecided"}
	WarningHead   = Head{theme.Warn, "", "warning"}
	NoteHead      = Head{theme.Dim, "", "note"}
)

// StatusHead returns the head for a watched process.
func StatusHead(st session.State) Head {
	r := st.Report
	switch {
	case r.Verdict == leak.Leaks:
		return LeakHead
	case len(r.Suspects) > 0:
		return SuspectHead(leak.Low)
	case r.Verdict == leak.Steady:
		return SteadyHead
	case st.Polls == 0 && len(st.Goroutines) == 0:
		return Head{Tone: theme.Dim, Word: "connecting"}
	}
	return WatchingHead
}
