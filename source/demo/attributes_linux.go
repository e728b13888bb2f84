package demo

import "syscall"

// childAttributes shield the child from ctrl+c, and kill it with the thread that
// started it if closing the pipe does not end it.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
