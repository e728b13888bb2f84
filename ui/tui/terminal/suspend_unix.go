//go:build unix

package terminal

import (
	"golang.org/x/sys/unix"
)

// CanSuspend says that a shell could continue this program if it stopped. In the
// group of the session's leader, as after "ssh -t HOST leaktop" or in a
// container, none could: the kernel discards the stop (POSIX, orphaned process
// group), and Bubble Tea would wait for its end for ever.
func CanSuspend() bool {
	session, err := unix.Getsid(0)
	return err == nil && session != unix.Getpgrp()
}
