// Package memory tells where a process's bytes are: what the Go runtime says in
// its MemStats, what the operating system says (RSS), and what the container
// allows (the limit).
package memory
