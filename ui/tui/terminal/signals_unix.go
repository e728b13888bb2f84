//go:build unix

package terminal

import (
	"os"
	"syscall"
)

// Hangups returns the signals that end the view besides those that every system has:
// a lost terminal must not leave the program behind, and Go's own answer to
// SIGQUIT would write stacks onto the screen and leave the terminal raw.
func Hangups() []os.Signal { return []os.Signal{syscall.SIGHUP, syscall.SIGQUIT} }
