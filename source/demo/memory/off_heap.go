package memory

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var offHeap = shop.Scenario{
	Name:  "off-heap",
	Kind:  shop.Leak,
	About: "memory is mapped outside of the Go runtime and never unmapped: 512 KiB per second",
	Want:  shop.Want{Kind: shop.GrowsOffHeap, Signature: "outside-of-go", StackSignature: "outside-of-go", PerSecond: 512 << 10},
	Start: func(ctx context.Context, e *shop.Environment) {
		a := &arena{}
		e.HandlePage("POST /uploads", a.handleUpload)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/uploads", Every: time.Second / 4, Keeps: 128 << 10})
		e.AtEnd(a.unmapAll)
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
