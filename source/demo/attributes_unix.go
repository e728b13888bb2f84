//go:build unix && !linux

package demo

import "syscall"

// attributes keep a ctrl+c from the child.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
