package plain

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isUnsafe reports whether a character does something other than show itself:
// controls (C0 and C1), format characters (directions of writing, zero width,
// tags), private use, and what breaks lines.
func isUnsafe(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' || r == 0x7f
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp)
}

// isPlainASCII reports whether s has nothing but printable ASCII: most text.
func isPlainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// Line returns text on one line: without escape sequences and unsafe characters,
// with a space for each line break, tab and other blank, and U+FFFD for invalid
// UTF-8.
func Line(s string) string {
	if isPlainASCII(s) {
		return s
	}
	s = dropSequences(strings.ToValidUTF8(s, "\ufffd"))
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case isUnsafe(r):
			return -1
		}
		return r
	}, s)
}

// Clip returns text on one line without runs of blanks, at most n runes long.
func Clip(s string, n int) string {
	s = strings.Join(strings.Fields(Line(s)), " ")
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:max(n-1, 0)]) + "…"
}

// blanks are letters and symbols that show nothing: Hangul fillers and the empty
// braille cell.
const blanks = "\u115f\u1160\u3164\uffa0\u2800"

// Name returns a name in which unprintable characters are replaced by U+FFFD, so
// that names that differ stay different.
func Name(s string) string {
	if isPlainASCII(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) && !strings.ContainsRune(blanks, r) {
			return r
		}
		return utf8.RuneError
	}, s)
}

// Frame returns text of several lines in which the only escape sequences are
// those of colors and other attributes (SGR). Tabs become a space.
func Frame(s string) string {
	i := unsafeAt(s, true)
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i >= 0 {
		b.WriteString(s[:i])
		s = s[i:]
		if n := sequenceLen(s); n > 0 {
			s = s[n:]
		} else {
			r, n := utf8.DecodeRuneInString(s)
			switch {
			case r == utf8.RuneError && n == 1:
				b.WriteRune(r)
			case unicode.IsSpace(r):
				b.WriteByte(' ')
			}
			s = s[n:]
		}
		i = unsafeAt(s, true)
	}
	b.WriteString(s)
	return b.String()
}

// unsafeAt returns the index of the first character that a frame must not
// contain, or -1.
func unsafeAt(s string, styled bool) int {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= ' ' && c <= '~' || c == '\n':
			i++
		case c == '\x1b' && styled && styleLen(s[i:]) > 0:
			i += styleLen(s[i:])
		case c < utf8.RuneSelf:
			return i
		default:
			n := printableLen(s[i:])
			if n == 0 {
				return i
			}
			i += n
		}
	}
	return -1
}

// printableLen returns the length of the character at the start of s in bytes; 0
// if it is unsafe.
func printableLen(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case r >= 0x2190 && r < 0x2900: // arrows, lines, blocks, braille: most of a screen
		return n
	case r == utf8.RuneError && n == 1, isUnsafe(r):
		return 0
	}
	return n
}
