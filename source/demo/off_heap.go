package demo

import (
	"context"
	"net/http"
	"sync"
	"time"
)

var offHeap = Scenario{
	Name:  "off-heap",
	Kind:  Leak,
	About: "memory is mapped outside of the Go runtime and never unmapped: 512 KiB per second",
	Want:  Want{Kind: ofOffHeap, Signature: "outside-of-go", StackSignature: "outside-of-go", PerSecond: 512 << 10},
	start: func(ctx context.Context, e *env) {
		a := &arena{}
		e.handle("POST /uploads", a.upload)
		e.load(ctx, load{method: http.MethodPost, path: "/uploads", every: time.Second / 4, keeps: 128 << 10})
		e.atEnd(a.release)
	},
}

type arena struct {
	mu     sync.Mutex
	blocks [][]byte
}

func (a *arena) upload(w http.ResponseWriter, _ *http.Request) {
	if err := a.grow(128 << 10); err != nil {
		http.Error(w, err.Error(), http.StatusInsufficientStorage)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

func (a *arena) grow(size int) error {
	block, err := mapMemory(size)
	if err != nil {
		return err
	}
	for i := 0; i < len(block); i += 4096 {
		block[i] = 1 // a page is resident once it is written to
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.blocks = append(a.blocks, block)
	return nil
}

func (a *arena) release() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, b := range a.blocks {
		_ = unmapMemory(b) // cannot fail for a block of mapMemory
	}
	a.blocks = nil
}
