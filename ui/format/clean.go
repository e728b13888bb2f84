package format

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// Clean makes text that came from elsewhere safe to show on one line: escape
// sequences, control characters and those that change the direction of
// writing or can't be seen are taken out, line breaks and tabs become spaces,
// and what is not UTF-8 becomes U+FFFD.
func Clean(s string) string {
	if printableASCII(s) {
		return s
	}
	s = strings.ToValidUTF8(s, "\ufffd")
	s = ansi.Strip(s)
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs):
			return -1 // format characters: bidi controls, zero width, tags; private use
		case unicode.In(r, unicode.Zl, unicode.Zp):
			return ' '
		}
		return r
	}, s)
}

func printableASCII(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}
