package goroutines

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var rwmutexReader = shop.Scenario{
	Name:  "rwmutex-reader",
	Kind:  shop.Leak,
	About: "a writer never unlocks, and all later readers wait for it: 2 per second",
	Want:  wantGoroutines("(*taxTable).rate", "rwmutex-reader-waits").WithRate(2),
	Start: func(ctx context.Context, e *shop.Environment) {
		t := &taxTable{percent: map[string]int{"DE": 19}}
		t.setRate("", 0)
		e.HandlePage("GET /tax/{country}", t.handleTax)
		e.SendRequests(ctx, shop.RequestLoad{
			Path: "/tax/{n}", Every: time.Second / 2,
			Wait: 50 * time.Millisecond, Keeps: 32 << 10, Files: 1,
		})
		e.AtEnd(t.mu.Unlock)
	},
}

type taxTable struct {
	mu      sync.RWMutex
	percent map[string]int
}

func (t *taxTable) handleTax(w http.ResponseWriter, r *http.Request) {
	_, _ = w.Write(strconv.AppendInt(nil, int64(t.rate(r.PathValue("country"))), 10))
}

func (t *taxTable) rate(country string) int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.percent[country]
}

func (t *taxTable) setRate(country string, percent int) {
	t.mu.Lock()
	if country == "" {
		return // with the lock held
	}
	t.percent[country] = percent
	t.mu.Unlock()
}
