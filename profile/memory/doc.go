// Package memory finds out where a process's memory goes, from the Go runtime's
// MemStats, the operating system's RSS, and the container's limit.
package memory
