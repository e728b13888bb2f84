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
	Want:  Want{Kind: growsOffHeap, Signature: "outside-of-go", StackSignature: "outside-of-go", PerSecond: 512 << 10},
	start: func(ctx context.Context, e *environment) {
		a := &arena{}
		e.handlePage("POST /uploads", a.handleUpload)
		e.sendRequests(ctx, requestLoad{method: http.MethodPost, path: "/uploads", every: time.Second / 4, keeps: 128 << 10})
		e.atEnd(a.unmapAll)
	},
}

type arena struct {
	mu     sync.Mutex
	blocks [][]byte
}

func (a *arena) handleUpload(w http.ResponseWriter, _ *http.Request) {
	if err := a.mapBlock(128 << 10); err != nil {
		http.Error(w, err.Error(), http.StatusInsufficientStorage)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

func (a *arena) mapBlock(size int) error {
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

func (a *arena) unmapAll() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, b := range a.blocks {
		_ = unmapMemory(b) // cannot fail for a block of mapMemory
	}
	a.blocks = nil
}
