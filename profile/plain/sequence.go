package plain

import "strings"

// dropSequences removes escape sequences from valid UTF-8.
func dropSequences(s string) string {
	var b strings.Builder
	rest := s
	for i := 0; i < len(rest); {
		n := sequenceLen(rest[i:])
		if n == 0 {
			i++
			continue
		}
		b.WriteString(rest[:i])
		rest, i = rest[i+n:], 0
	}
	if b.Len() == 0 && len(rest) == len(s) {
		return s
	}
	b.WriteString(rest)
	return b.String()
}

// longestSequence bounds a sequence without an end, in bytes; the rest is text.
const longestSequence = 4096

// sequenceLen returns the length in bytes of the escape sequence at the start of
// s, in its 7-bit or 8-bit form (ECMA-48); 0 if there is none.
func sequenceLen(s string) int {
	switch {
	case s == "":
		return 0
	case s[0] == '\x1b' && len(s) > 1:
		if n := controlLen(s[2:], s[1]+0x40); n > 0 {
			return 2 + n
		}
		return intermediateLen(s)
	case s[0] == 0xc2 && len(s) > 1: // a C1 control in UTF-8
		if n := controlLen(s[2:], s[1]); n > 0 {
			return 2 + n
		}
	}
	return 0
}

// controlLen returns the length of the part of s that belongs to the control c1
// before it.
func controlLen(s string, c1 byte) int {
	switch c1 {
	case 0x9b: // CSI: parameters, intermediates, a final byte
		for i := range min(len(s), longestSequence) {
			if s[i] >= 0x40 && s[i] <= 0x7e {
				return i + 1
			}
			if s[i] < 0x20 || s[i] > 0x3f {
				return i
			}
		}
	case 0x90, 0x98, 0x9d, 0x9e, 0x9f: // DCS, SOS, OSC, PM, APC: up to ST or BEL
		for i := range min(len(s), longestSequence) {
			switch {
			case s[i] == '\a':
				return i + 1
			case strings.HasPrefix(s[i:], "\x1b\\"), strings.HasPrefix(s[i:], "\u009c"):
				return i + 2
			}
		}
	}
	return 0
}

// intermediateLen returns the length of a sequence of intermediates and a final
// byte after ESC, such as one that selects a character set.
func intermediateLen(s string) int {
	for i := 1; i < min(len(s), 8); i++ {
		if s[i] >= 0x30 && s[i] <= 0x7e {
			return i + 1
		}
		if s[i] < 0x20 || s[i] > 0x2f {
			return 0
		}
	}
	return 0
}

// styleLen returns the length of the sequence of attributes (SGR) at the start of
// s; 0 if there is none.
func styleLen(s string) int {
	if len(s) < 3 || s[0] != '\x1b' || s[1] != '[' {
		return 0
	}
	for i := 2; i < min(len(s), 64); i++ {
		switch c := s[i]; {
		case c == 'm':
			return i + 1
		case (c < '0' || c > '9') && c != ';' && c != ':':
			return 0
		}
	}
	return 0
}
