package demo

import (
	"sync"
	"weak"
)

// loose remembers values without keeping them alive. It lets the service wake the
// goroutines blocked on them at the end. Until then they are as unreachable as in a
// service that has lost them, so the goroutineleak profile can prove the leak.
type loose[T any] struct {
	mu  sync.Mutex
	all []weak.Pointer[T]
}

func (l *loose[T]) add(v *T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, weak.Make(v))
}

// each calls do for the values that are still alive.
func (l *loose[T]) each(do func(*T)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.all {
		if v := p.Value(); v != nil {
			do(v)
		}
	}
}
