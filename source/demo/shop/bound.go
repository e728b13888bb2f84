package shop

import "sync"

const (
	// maxMemory bounds the bytes retained by all scenarios. With uncollected
	// garbage (GOGC=50 in the child) the process stays below about 1.5 GiB.
	maxMemory = 1 << 30
	// maxFiles bounds the descriptors retained, however many the system allows.
	maxFiles = 12000
)

// bound keeps the service from exhausting the machine it runs on.
type bound struct {
	mu        sync.Mutex
	memory    int64 // bytes retained so far
	files     int   // descriptors retained so far
	fileLimit int
	reserved  int  // number of successful calls of reserve
	full      bool // reserve has failed
}

func newBound() *bound {
	return &bound{fileLimit: min(openFiles()*6/10, maxFiles)}
}

// reserve reserves bytes and descriptors. It returns false if that would exceed a
// bound.
func (b *bound) reserve(memory int64, files int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if (memory > 0 && b.memory+memory > maxMemory) || (files > 0 && b.files+files > b.fileLimit) {
		b.full = true
		return false
	}
	b.memory += memory
	b.files += files
	if memory > 0 || files > 0 {
		b.reserved++
	}
	return true
}

// countReserved returns how often something was reserved.
func (b *bound) countReserved() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.reserved
}

// Usage is what the scenarios retain, with its bounds.
type Usage struct {
	Memory, MaxMemory int64 // bytes
	Files, MaxFiles   int   // descriptors
	Full              bool  // whether a bound has paused a scenario
}

func (b *bound) usage() Usage {
	b.mu.Lock()
	defer b.mu.Unlock()
	return Usage{b.memory, maxMemory, b.files, b.fileLimit, b.full}
}
