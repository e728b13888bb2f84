package tui

import (
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/theme"
)

func WordTone(word string) theme.Tone {
	switch word {
	case "leak":
		return theme.Bad
	case "suspect":
		return theme.Warn
	}
	return theme.Dim
}

func WordRank(word string) int {
	switch word {
	case "leak":
		return 3
	case "suspect":
		return 2
	case "", "steady":
		return 0
	}
	return 1
}

func SuspectTone(s leak.Suspect) theme.Tone {
	if s.Confidence == leak.Low {
		return theme.Warn
	}
	return theme.Bad
}

func SuspectHead(s leak.Suspect) string {
	switch s.Confidence {
	case leak.Low:
		return theme.SymbolWatch + " suspect"
	case leak.Proven:
		return theme.SymbolLeak + " LEAK proven"
	}
	return theme.SymbolLeak + " LEAK"
}
