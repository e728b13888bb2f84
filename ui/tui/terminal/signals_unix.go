//go:build unix

package terminal

import (
	"os"
	"syscall"
)

// Hangups returns the signals that end the view, in addition to those on every
// system: the program must not survive its terminal, and Go's own reaction to
// SIGQUIT would write stacks onto the screen and leave the terminal raw.
func Hangups() []os.Signal { return []os.Signal{syscall.SIGHUP, syscall.SIGQUIT} }
