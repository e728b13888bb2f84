package format

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Wrap breaks text at spaces into lines of at most w columns. It does not break at
// hyphens, so that flags and paths can be copied.
func Wrap(text string, w int) []string {
	kept := strings.ReplaceAll(text, "-", nonBreakingHyphen)
	return strings.Split(strings.ReplaceAll(ansi.Wrap(kept, w, " "), nonBreakingHyphen, "-"), "\n")
}

// nonBreakingHyphen replaces hyphens while text is wrapped: the non-breaking hyphen.
const nonBreakingHyphen = "\u2011"

// WrapIndented breaks text into lines of at most w columns, each of which begins
// with indent.
func WrapIndented(text string, w int, indent string) []string {
	lines := Wrap(text, max(8, w-Width(indent)))
	for i := range lines {
		lines[i] = indent + lines[i]
	}
	return lines
}
