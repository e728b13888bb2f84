package supervise

import "golang.org/x/sys/unix"

const (
	getTermios      = unix.TCGETS
	setTermiosFlush = unix.TCSETSF // what was typed, or reported of the mouse, is dropped
)
