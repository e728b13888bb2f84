package demo

import (
	"sync"
	"weak"
)

// loose remembers values without keeping them alive. What hangs on them can be
// woken at the end, and until then the runtime sees it as lost as in a service
// that has forgotten them: the goroutineleak profile can still prove it.
type loose[T any] struct {
	mu  sync.Mutex
	all []weak.Pointer[T]
}

func (l *loose[T]) add(v *T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, weak.Make(v))
}

// each calls do for the values that are still there.
func (l *loose[T]) each(do func(*T)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.all {
		if v := p.Value(); v != nil {
			do(v)
		}
	}
}
