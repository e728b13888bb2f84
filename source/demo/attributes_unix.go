//go:build unix && !linux

package demo

import "syscall"

// childAttributes shield the child from ctrl+c.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
