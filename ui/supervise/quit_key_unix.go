//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package supervise

import (
	"os"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// QuitKey returns the key that quits while a target is opened, see [AwaitQuitKey]: q, or
// ctrl+c if standard input is not a terminal.
func QuitKey() string {
	if _, err := unix.IoctlGetTermios(int(os.Stdin.Fd()), getTermios); err != nil {
		return "ctrl+c"
	}
	return "q"
}

// AwaitQuitKey calls quit when the user presses q on the terminal, until the returned
// function is called. It is for the time before the view reads the keyboard, which may be
// long if a cluster does not answer or a login hangs.
func AwaitQuitKey(quit func()) (stop func()) {
	fd := int(os.Stdin.Fd())
	before, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return func() {} // not a terminal
	}
	keys := *before
	keys.Lflag &^= unix.ICANON | unix.ECHO
	keys.Cc[unix.VMIN], keys.Cc[unix.VTIME] = 0, 1 // reads return after 0.1 s, so that none outlives stop
	if err := unix.IoctlSetTermios(fd, setTermios, &keys); err != nil {
		return func() {}
	}
	var stopped atomic.Bool
	done := make(chan struct{})
	go func() {
		defer close(done)
		key := make([]byte, 1)
		for !stopped.Load() {
			n, err := unix.Read(fd, key)
			if err != nil && err != unix.EINTR && err != unix.EAGAIN {
				return
			}
			if n == 1 && (key[0] == 'q' || key[0] == 'Q') {
				quit()
				return
			}
		}
	}()
	return func() {
		if !stopped.Swap(true) {
			<-done
			_ = unix.IoctlSetTermios(fd, setTermios, before)
		}
	}
}
