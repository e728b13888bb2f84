//go:build unix

package e2e

import (
	"path/filepath"
	"regexp"
	"testing"
)

// stylings are ways to style text, each with more colors than the previous one.
var stylings = []*regexp.Regexp{
	regexp.MustCompile(`\x1b\[[\d;]*[1247](;\d+)*m`), // bold, faint, underlined, reversed
	regexp.MustCompile(`\x1b\[(\d+;)*(3[0-7]|4[0-7]|9[0-7]|10[0-7])(;\d+)*m`),
	regexp.MustCompile(`\x1b\[[\d;:]*[34]8[;:]5[;:][\d;:]*m`),
	regexp.MustCompile(`\x1b\[[\d;:]*[34]8[;:]2[;:][\d;:]*m`),
}

// The view uses no color that the terminal does not have, and none if the user
// wants none. The text is the same.
func TestColorsOfTheTerminal(t *testing.T) {
	t.Parallel()
	exe := findProgram(t, "leaktop")
	for name, test := range map[string]struct {
		env  []string
		most int // index of stylings
	}{
		"true color": {nil, 3},
		"256":        {[]string{"-u", "COLORTERM", "TERM=xterm-256color"}, 2},
		"16":         {[]string{"-u", "COLORTERM", "TERM=xterm"}, 1},
		"NO_COLOR":   {[]string{"NO_COLOR=yes please"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tm := start(t, 120, 40, "env", append(test.env, exe, filepath.Join(repository, "testdata", "check", "leaking.tar"))...)
			tm.shows("● LEAK", "▼GROWTH/H", "› ", "A leak", "1 Growing")
			tm.press("2")
			tm.shows("▼CUM")
			tm.press(tabOf(tm, "Flame"))
			tm.shows("own code", "▲ grows")
			tm.press(tabOf(tm, "Mem"))
			tm.shows("Go has")
			tm.press("?")
			tm.shows("any other key closes")
			tm.press("x", "q")
			if err := tm.waitForExit(); err != nil {
				t.Error(err)
			}
			tm.checkRestored()
			for i, styling := range stylings {
				found := styling.Find(tm.raw)
				if i > test.most && found != nil {
					t.Errorf("it writes %q", found)
				}
				if i == test.most && found == nil {
					t.Error("it makes nothing of what the terminal can show")
				}
			}
		})
	}
}
