//go:build !linux

package memlimit

// ReleaseCode does nothing on this system.
func ReleaseCode() {}
