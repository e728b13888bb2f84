package tui

import (
	"slices"
	"strings"

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

// ShapeRank returns the rank of a shape in the order of rows: leaks, suspects, other
// changes, none.
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

// CardName returns the letter of a suspect, which tags its rows in tables; "+" beyond
// Z.
func CardName(s leak.Suspect) string { return LetterName(s.Letter) }

// LetterName returns the letter with a number, "A" for 1.
func LetterName(letter int) string {
	if letter < 1 || letter > 26 {
		return "+"
	}
	return string(rune('A' + letter - 1))
}

// verdictWords are the words in the column of evaluations, the most important first,
// with the shapes that each stands for.
var verdictWords = []struct {
	word   string
	shapes []leak.Shape
}{
	{"leak", []leak.Shape{leak.ShapeLeak}},
	{"suspect", []leak.Shape{leak.ShapeSuspect}},
	{"rising", []leak.Shape{leak.ShapeRising}},
	{"unclear", []leak.Shape{leak.ShapeLoad, leak.ShapeSlowing, leak.ShapeBursts, leak.ShapeSteps, leak.ShapeNoise}},
	{"steady", []leak.Shape{leak.ShapeSteady, leak.ShapeSaw, leak.ShapeWarmUp, leak.ShapeStep}},
	{"early", []leak.Shape{leak.ShapeTooShort}},
}

// VerdictWord returns the word for a shape, "" for none.
func VerdictWord(s leak.Shape) string {
	for _, w := range verdictWords {
		if slices.Contains(w.shapes, s) {
			return w.word
		}
	}
	return ""
}

// ExplainVerdicts explains the words for some shapes, each followed by the meanings
// of those shapes; all words if shapes is nil.
func ExplainVerdicts(shapes []leak.Shape) []string {
	var out []string
	for _, w := range verdictWords {
		var means []string
		for _, s := range w.shapes {
			if shapes == nil || slices.Contains(shapes, s) {
				means = append(means, s.Means())
			}
		}
		if len(means) > 0 {
			out = append(out, w.word+": "+strings.Join(means, ", or "))
		}
	}
	return out
}
