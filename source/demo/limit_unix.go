//go:build unix

package demo

import "syscall"

// openFiles is how many descriptors the process may have. The Go runtime has
// raised the soft limit to the hard one already.
func openFiles() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 256 // the least default of any system we know: macOS
	}
	return int(min(uint64(limit.Cur), 1<<20))
}
