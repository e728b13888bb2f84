package demo

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"
)

var longTimers = Scenario{
	Name:  "long-timers",
	Kind:  Leak,
	About: "each basket starts a one-day timer that is never stopped and retains the basket: 400 KiB per second",
	Want:  wantHeap("(*baskets).remind", "pending-timers"),
	start: func(ctx context.Context, e *environment) {
		b := &baskets{}
		e.handlePage("POST /baskets", b.handleBasket)
		e.sendRequests(ctx, requestLoad{method: http.MethodPost, path: "/baskets", every: time.Second / 10, keeps: 40 << 10})
		e.atEnd(func() { b.set.forEach(func(t *time.Timer) { t.Stop() }) })
	},
}

type baskets struct {
	set      weakSet[time.Timer]
	reminded atomic.Int64
}

func (b *baskets) handleBasket(w http.ResponseWriter, _ *http.Request) {
	for customer := range 250 {
		b.remind(customer)
	}
	w.WriteHeader(http.StatusAccepted)
}

func (b *baskets) remind(customer int) {
	b.set.addWeak(time.AfterFunc(24*time.Hour, func() { b.reminded.Add(int64(customer)) }))
}
