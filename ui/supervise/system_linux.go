package supervise

import "golang.org/x/sys/unix"

const (
	getTermios      = unix.TCGETS
	setTermios      = unix.TCSETSW
	setTermiosFlush = unix.TCSETSF // discards pending input, such as keys and mouse reports
)

func dup2(from, to int) error { return unix.Dup3(from, to, 0) }
