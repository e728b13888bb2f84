package supervise

import "golang.org/x/sys/unix"

const (
	getTermios      = unix.TCGETS
	setTermios      = unix.TCSETSW
	setTermiosFlush = unix.TCSETSF // what was typed, or reported of the mouse, is dropped
)

func dup2(from, to int) error { return unix.Dup3(from, to, 0) }
