package terminal

import (
	"errors"
	"os"

	"github.com/charmbracelet/x/term"
)

// Check says whether the live view can be shown on a file, and if not, why
// and what to do instead.
func Check(f *os.File, environ func(string) string) error {
	if !term.IsTerminal(f.Fd()) {
		return errors.New("show the live view: standard output is no terminal: run it in one, or use leaktop check TARGET")
	}
	if environ("TERM") == "dumb" {
		return errors.New("show the live view: TERM=dumb is a terminal without a screen: set TERM to what it is (often xterm-256color), or use leaktop check TARGET")
	}
	return nil
}
