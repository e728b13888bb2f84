package goroutines

import (
	"context"
	"math"
	"net/http"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var longPoll = shop.Scenario{
	Name:  "long-poll",
	Kind:  shop.LookAlike,
	About: "customers wait up to 20 s for news; their number swings between 20 and 140 every 4 minutes",
	Want:  wantGoroutines("(*newsDesk).wait", "follows-load"),
	Start: func(ctx context.Context, e *shop.Environment) {
		n := &newsDesk{}
		e.HandlePage("GET /news", n.wait)
		readers := &newsReaders{begin: time.Now(), shop: e}
		e.RunEvery(ctx, time.Second/2, func() { readers.wakeReaders(ctx) })
		e.AtEnd(readers.reading.Wait)
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
	shop    *shop.Environment
	reading sync.WaitGroup
	mu      sync.Mutex
	count   int
}

// wakeReaders starts readers up to the number that is awake at this time.
func (n *newsReaders) wakeReaders(ctx context.Context) {
	n.mu.Lock()
	defer n.mu.Unlock()
	up := int(80 - 60*math.Cos(2*math.Pi*time.Since(n.begin).Minutes()/4))
	for ; n.count < up; n.count++ {
		n.reading.Go(func() { n.readNews(ctx) })
	}
}

func (n *newsReaders) readNews(ctx context.Context) {
	_ = n.shop.SendRequest(ctx, shop.RequestLoad{Path: "/news", Wait: time.Minute})
	n.mu.Lock()
	defer n.mu.Unlock()
	n.count--
}
