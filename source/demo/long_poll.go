package demo

import (
	"context"
	"math"
	"net/http"
	"sync"
	"time"
)

var longPoll = Scenario{
	Name:  "long-poll",
	Kind:  LookAlike,
	About: "customers wait up to 20 s for news; their number swings between 20 and 140 every 4 minutes",
	Want:  onGoroutines("(*newsDesk).wait", "follows-load"),
	start: func(ctx context.Context, e *env) {
		n := &newsDesk{}
		e.handle("GET /news", n.wait)
		readers := &newsReaders{begin: time.Now(), shop: e}
		e.every(ctx, time.Second/2, func() { readers.come(ctx) })
		e.atEnd(readers.reading.Wait)
	},
}

type newsDesk struct{}

func (n *newsDesk) wait(w http.ResponseWriter, r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-time.After(20 * time.Second):
		w.WriteHeader(http.StatusNoContent)
	}
}

type newsReaders struct {
	begin   time.Time
	shop    *env
	reading sync.WaitGroup
	mu      sync.Mutex
	count   int
}

// come starts readers up to the number that is awake at this time.
func (n *newsReaders) come(ctx context.Context) {
	n.mu.Lock()
	defer n.mu.Unlock()
	up := int(80 - 60*math.Cos(2*math.Pi*time.Since(n.begin).Minutes()/4))
	for ; n.count < up; n.count++ {
		n.reading.Go(func() { n.read(ctx) })
	}
}

func (n *newsReaders) read(ctx context.Context) {
	_ = n.shop.ask(ctx, load{method: http.MethodGet, path: "/news", wait: time.Minute}, 0, nil)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.count--
}
