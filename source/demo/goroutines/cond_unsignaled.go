package goroutines

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var condUnsignaled = shop.Scenario{
	Name:  "cond-unsignaled",
	Kind:  shop.Leak,
	About: "goroutines wait for a condition that is never signaled: 2 per second",
	Want:  wantGoroutines("(*packingTable).next", "cond-not-signaled").WithRate(2),
	Start: func(ctx context.Context, e *shop.Environment) {
		table := &packingTable{}
		table.filled = sync.NewCond(&table.mu)
		e.HandlePage("POST /packers", table.handlePacker)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/packers", Every: time.Second / 2, Keeps: 8 << 10})
		e.AtEnd(table.wakeAll)
	},
}

type packingTable struct {
	mu     sync.Mutex
	filled *sync.Cond
	items  []int
	closed bool
}

func (t *packingTable) handlePacker(w http.ResponseWriter, _ *http.Request) {
	go t.next()
	w.WriteHeader(http.StatusCreated)
}

func (t *packingTable) next() (item int, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.items) == 0 && !t.closed {
		t.filled.Wait()
	}
	if t.closed {
		return 0, false
	}
	item, t.items = t.items[0], t.items[1:]
	return item, true
}

func (t *packingTable) wakeAll() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	t.filled.Broadcast()
}
