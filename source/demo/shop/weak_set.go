package shop

import (
	"sync"
	"weak"
)

// WeakSet remembers values without keeping them alive. It lets the service wake the
// goroutines blocked on them at the end. Until then they are as unreachable as in a
// service that has lost them, so the goroutineleak profile can prove the leak.
type WeakSet[T any] struct {
	mu  sync.Mutex
	all []weak.Pointer[T]
}

// Add remembers v.
func (l *WeakSet[T]) Add(v *T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, weak.Make(v))
}

// ForEach calls do for the values that are still alive.
func (l *WeakSet[T]) ForEach(do func(*T)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.all {
		if v := p.Value(); v != nil {
			do(v)
		}
	}
}
