package format

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Wrap breaks text into lines of a width at most, at blanks and hyphens. The two
// at the beginning of a flag stay with it: it is there to be copied.
func Wrap(text string, w int) []string {
	kept := strings.ReplaceAll(text, " --", " "+flagMark)
	return strings.Split(strings.ReplaceAll(ansi.Wrap(kept, w, " "), flagMark, "--"), "\n")
}

// flagMark stands for the hyphens of a flag while a text is wrapped: two of those
// that no line breaks behind.
const flagMark = "\u2011\u2011"
