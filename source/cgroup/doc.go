// Package cgroup reads the memory limits of Linux control groups, see cgroups(7).
package cgroup

// Memory is a control group that has a memory limit.
type Memory struct {
	Limit uint64 // in bytes
	// WorkingSet is what counts against the limit, in bytes: without the page cache that
	// the kernel reclaims first. 0 if unknown.
	WorkingSet uint64
	// IsOwn reports whether it is the process's own group, not one above it, which other
	// processes share.
	IsOwn bool
}
