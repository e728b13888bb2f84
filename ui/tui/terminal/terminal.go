// Package terminal has what the view needs from the terminal and the operating system:
// signals, suspending, and a renderer that rests.
package terminal

import (
	"errors"
	"os"

	"github.com/charmbracelet/x/term"
)

// Check returns an error that says why the live view cannot be shown on a file, and
// what to do instead; nil if it can. program is the name that the user runs leaktop
// by.
func Check(program string, f *os.File, environ func(string) string) error {
	if !term.IsTerminal(f.Fd()) {
		return errors.New("show the live view: standard output is not a terminal: run it in one, or use " + program + " check TARGET")
	}
	if environ("TERM") == "dumb" {
		return errors.New("show the live view: TERM=dumb is a terminal without a screen: set TERM to what it is (often xterm-256color), or use " + program + " check TARGET")
	}
	return nil
}
