package format

import (
	"unicode/utf8"

	"github.com/leaktop/leaktop/profile/plain"
)

// Clean makes text that came from elsewhere safe to show on one line: escape
// sequences, control characters and those that change the direction of
// writing or can't be seen are taken out, line breaks and tabs become spaces,
// and what is not UTF-8 becomes U+FFFD. Its width stays the same whatever is
// written before and after it.
func Clean(s string) string {
	if printableASCII(s) {
		return s
	}
	return alone(plain.Line(s))
}

// alone takes off characters at the ends of s that would join with a neighbour
// and so change the width of both, as combining marks do.
func alone(s string) string {
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
