//go:build unix

package terminal

import (
	"os"
	"syscall"
)

// Hangups returns the signals that end the view, in addition to those on every system:
// the program must not outlive its terminal, and Go's default reaction to SIGQUIT would
// write stacks over the screen and leave the terminal raw.
func Hangups() []os.Signal { return []os.Signal{syscall.SIGHUP, syscall.SIGQUIT} }
