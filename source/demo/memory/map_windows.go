package memory

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// mapMemory allocates memory directly from the operating system.
func mapMemory(size int) ([]byte, error) {
	p, err := windows.VirtualAlloc(0, uintptr(size), windows.MEM_RESERVE|windows.MEM_COMMIT, windows.PAGE_READWRITE)
	if err != nil {
		return nil, err
	}
	return unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&p))), size), nil
}

func unmapMemory(block []byte) error {
	return windows.VirtualFree(uintptr(unsafe.Pointer(&block[0])), 0, windows.MEM_RELEASE)
}
