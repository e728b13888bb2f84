package demo

import (
	"sync"
	"weak"
)

// weakSet remembers values without keeping them alive. It lets the service wake the
// goroutines blocked on them at the end. Until then they are as unreachable as in a
// service that has lost them, so the goroutineleak profile can prove the leak.
type weakSet[T any] struct {
	mu  sync.Mutex
	all []weak.Pointer[T]
}

func (l *weakSet[T]) addWeak(v *T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, weak.Make(v))
}

// forEach calls do for the values that are still alive.
func (l *weakSet[T]) forEach(do func(*T)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.all {
		if v := p.Value(); v != nil {
			do(v)
		}
	}
}
