//go:build unix

package terminal

import (
	"golang.org/x/sys/unix"
)

// CanSuspend reports whether a shell could resume this program after it stopped. In
// the group of the session's leader, as after "ssh -t HOST leaktop" or in a
// container, none could: the kernel discards the stop signal (POSIX, orphaned
// process group), and Bubble Tea would wait forever.
func CanSuspend() bool {
	session, err := unix.Getsid(0)
	return err == nil && session != unix.Getpgrp()
}
