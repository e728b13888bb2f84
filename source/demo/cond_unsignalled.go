package demo

import (
	"context"
	"net/http"
	"sync"
	"time"
)

var condUnsignalled = Scenario{
	Name:  "cond-unsignalled",
	Kind:  Leak,
	About: "goroutines wait for a condition that is never signalled: 2 per second",
	Want:  wantGoroutines("(*packingTable).next", "cond-not-signalled").withRate(2),
	start: func(ctx context.Context, e *environment) {
		table := &packingTable{}
		table.filled = sync.NewCond(&table.mu)
		e.handlePage("POST /packers", table.handlePacker)
		e.sendRequests(ctx, requestLoad{method: http.MethodPost, path: "/packers", every: time.Second / 2, keeps: 8 << 10})
		e.atEnd(table.wakeAll)
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
