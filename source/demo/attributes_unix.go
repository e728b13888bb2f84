//go:build unix && !linux

package demo

import "syscall"

// attributes shield the child from ctrl+c.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
