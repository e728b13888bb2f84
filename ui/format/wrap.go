package format

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Wrap breaks text into lines of a width at most, at blanks. Hyphens stay where they
// are: flags and paths are there to be copied.
func Wrap(text string, w int) []string {
	kept := strings.ReplaceAll(text, "-", whole)
	return strings.Split(strings.ReplaceAll(ansi.Wrap(kept, w, " "), whole, "-"), "\n")
}

// whole stands for a hyphen while a text is wrapped: one that no line breaks behind.
const whole = "\u2011"

// WrapIndented breaks text into lines of at most w columns, each of which begins
// with indent.
func WrapIndented(text string, w int, indent string) []string {
	lines := Wrap(text, max(8, w-Width(indent)))
	for i := range lines {
		lines[i] = indent + lines[i]
	}
	return lines
}
