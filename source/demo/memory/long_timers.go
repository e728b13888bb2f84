package memory

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var longTimers = shop.Scenario{
	Name:  "long-timers",
	Kind:  shop.Leak,
	About: "each basket starts a one-day timer that is never stopped and retains the basket: 400 KiB per second",
	Want:  wantHeap("(*baskets).remind", "pending-timers"),
	Start: func(ctx context.Context, e *shop.Environment) {
		b := &baskets{}
		e.HandlePage("POST /baskets", b.handleBasket)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/baskets", Every: time.Second / 10, Keeps: 40 << 10})
		e.AtEnd(func() { b.set.ForEach(func(t *time.Timer) { t.Stop() }) })
	},
}

type baskets struct {
	set      shop.WeakSet[time.Timer]
	reminded atomic.Int64
}

func (b *baskets) handleBasket(w http.ResponseWriter, _ *http.Request) {
	for customer := range 250 {
		b.remind(customer)
	}
	w.WriteHeader(http.StatusAccepted)
}

func (b *baskets) remind(customer int) {
	b.set.Add(time.AfterFunc(24*time.Hour, func() { b.reminded.Add(int64(customer)) }))
}
