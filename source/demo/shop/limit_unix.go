//go:build unix

package shop

import "syscall"

// openFiles returns the process's limit of descriptors. The Go runtime has already
// raised the soft limit to the hard one.
func openFiles() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 256 // the smallest known default, of macOS
	}
	return int(min(uint64(limit.Cur), 1<<20))
}
