package demo

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"
)

var rwmutexReader = Scenario{
	Name:  "rwmutex-reader",
	Kind:  Leak,
	About: "a writer never unlocks, and all later readers wait for it: 2 per second",
	Want:  wantGoroutines("(*taxTable).rate", "rwmutex-reader-waits").withRate(2),
	start: func(ctx context.Context, e *environment) {
		t := &taxTable{percent: map[string]int{"DE": 19}}
		t.setRate("", 0)
		e.handlePage("GET /tax/{country}", t.handleTax)
		e.sendRequests(ctx, requestLoad{
			path: "/tax/{n}", every: time.Second / 2,
			wait: 50 * time.Millisecond, keeps: 32 << 10, files: 1,
		})
		e.atEnd(t.mu.Unlock)
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
