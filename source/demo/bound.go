package demo

import "sync"

const (
	// mostMemory is how many bytes the scenarios may keep in all. With the
	// garbage that the collector lets stand (GOGC=50 in the child) the process
	// stays near 1.5 GiB.
	mostMemory = 1 << 30
	// mostFiles is the most descriptors kept, however many the system allows.
	mostFiles = 12000
)

// bound keeps the service from exhausting the machine it runs on.
type bound struct {
	mu        sync.Mutex
	memory    int64 // bytes kept so far
	files     int   // descriptors kept so far
	fileLimit int
	taken     int  // how often something was kept
	full      bool // something was refused
}

func newBound() *bound {
	return &bound{fileLimit: min(openFiles()*6/10, mostFiles)}
}

// take says whether so much more may be kept, and counts it if so.
func (b *bound) take(memory int64, files int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if (memory > 0 && b.memory+memory > mostMemory) || (files > 0 && b.files+files > b.fileLimit) {
		b.full = true
		return false
	}
	b.memory += memory
	b.files += files
	if memory > 0 || files > 0 {
		b.taken++
	}
	return true
}

// times returns how often something was kept.
func (b *bound) times() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.taken
}

// used returns what is kept, and whether a scenario holds still for want of room.
func (b *bound) used() (memory int64, files int, full bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.memory, b.files, b.full
}
