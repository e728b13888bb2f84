//go:build unix

package memory

import "syscall"

// mapMemory allocates memory directly from the operating system.
func mapMemory(size int) ([]byte, error) {
	return syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
}

func unmapMemory(block []byte) error { return syscall.Munmap(block) }
