//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package supervise

import "golang.org/x/sys/unix"

const (
	getTermios      = unix.TIOCGETA
	setTermios      = unix.TIOCSETAW
	setTermiosFlush = unix.TIOCSETAF // discards pending input, such as keys and mouse reports
)

func dup2(from, to int) error { return unix.Dup2(from, to) }
