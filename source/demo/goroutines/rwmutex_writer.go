package goroutines

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var rwmutexWriter = shop.Scenario{
	Name:  "rwmutex-writer",
	Kind:  shop.Leak,
	About: "a reader never unlocks, and all later writers wait for it: 2 per second",
	Want:  wantGoroutines("(*discounts).replace", "rwmutex-writer-waits").WithRate(2),
	Start: func(ctx context.Context, e *shop.Environment) {
		d := &discounts{percent: map[string]int{}}
		_, _ = d.percentOf("tea")
		e.HandlePage("PUT /discounts/{sku}", d.handleDiscount)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPut, Path: "/discounts/{n}", Every: time.Second / 2, Keeps: 8 << 10})
		e.AtEnd(d.mu.RUnlock)
	},
}

type discounts struct {
	mu      sync.RWMutex
	percent map[string]int
}

func (d *discounts) handleDiscount(w http.ResponseWriter, r *http.Request) {
	go d.replace(r.PathValue("sku"), 10)
	w.WriteHeader(http.StatusAccepted)
}

func (d *discounts) percentOf(sku string) (int, bool) {
	d.mu.RLock()
	percent, ok := d.percent[sku]
	if !ok {
		return 0, false // with the lock held
	}
	d.mu.RUnlock()
	return percent, true
}

func (d *discounts) replace(sku string, percent int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.percent[sku] = percent
}
