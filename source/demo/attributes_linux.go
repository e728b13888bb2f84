package demo

import "syscall"

// attributes keep a ctrl+c from the child, and kill it with the thread that
// started it, should the pipe not end it.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
