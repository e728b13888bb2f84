package source

import (
	"unicode/utf8"

	"github.com/leaktop/leaktop/profile/plain"
)

// clipText shortens s to at most n runes.
func clipText(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// cleanText makes text from the target safe to show: one line without
// runs of blanks, at most n runes.
func cleanText(s string, n int) string { return plain.Clip(s, n) }
