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
func (s *WeakSet[T]) Add(v *T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, weak.Make(v))
}

// ForEach calls do for the values that are still alive.
func (s *WeakSet[T]) ForEach(do func(*T)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.all {
		if v := p.Value(); v != nil {
			do(v)
		}
	}
}
