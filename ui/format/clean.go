package format

import (
	"unicode/utf8"

	"github.com/leaktop/leaktop/profile/plain"
)

// Clean makes untrusted text safe to show on one line. It removes escape
// sequences, control characters, and characters that are invisible or change the
// direction of writing. Line breaks and tabs become spaces, and invalid UTF-8
// becomes U+FFFD. The width of the result does not depend on what surrounds it.
func Clean(s string) string {
	if printableASCII(s) {
		return s
	}
	return trimCombining(plain.Line(s))
}

// trimCombining removes characters at the ends of s that would combine with neighboring
// text and change its width, such as combining marks.
func trimCombining(s string) string {
	for s != "" {
		_, n := utf8.DecodeRuneInString(s)
		if Width(" "+s[:n]) == 1+Width(s[:n]) {
			break
		}
		s = s[n:]
	}
	for s != "" {
		_, n := utf8.DecodeLastRuneInString(s)
		if end := s[len(s)-n:]; Width(end+" ") == Width(end)+1 {
			break
		}
		s = s[:len(s)-n]
	}
	return s
}

func printableASCII(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}
