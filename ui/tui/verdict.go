package tui

import (
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/theme"
)

// ShapeTone returns the tone in which a shape is shown.
func ShapeTone(s leak.Shape) theme.Tone {
	switch s {
	case leak.ShapeLeak:
		return theme.Bad
	case leak.ShapeSuspect:
		return theme.Warn
	}
	return theme.Dim
}

// ShapeRank orders rows: leaks, suspects, other movement, none.
func ShapeRank(s leak.Shape) int {
	switch s {
	case leak.ShapeLeak:
		return 3
	case leak.ShapeSuspect:
		return 2
	case leak.ShapeNone, leak.ShapeSteady:
		return 0
	}
	return 1
}

// SuspectTone returns the tone in which a suspect is shown.
func SuspectTone(s leak.Suspect) theme.Tone {
	if s.Confidence == leak.Low {
		return theme.Warn
	}
	return theme.Bad
}

// SuspectHead returns the word for a suspect, with its symbol.
func SuspectHead(s leak.Suspect) string {
	switch s.Confidence {
	case leak.Low:
		return theme.SymbolWatch + " suspect"
	case leak.Proven:
		return theme.SymbolLeak + " LEAK proven"
	}
	return theme.SymbolLeak + " LEAK"
}
