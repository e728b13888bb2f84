package demo

import (
	"context"
	"net/http"
	"time"
)

var stuckReceive = Scenario{
	Name:  "stuck-receive",
	Kind:  Leak,
	About: "goroutines wait for a reply that an early return never sends: 2 per second",
	Want:  wantGoroutines("(*couponDesk).settle", "receive-without-sender").withRate(2),
	start: func(ctx context.Context, e *environment) {
		desk := &couponDesk{}
		e.handlePage("POST /coupons/{code}", desk.handleCoupon)
		e.sendRequests(ctx, requestLoad{method: http.MethodPost, path: "/coupons/{n}", every: time.Second / 2, keeps: 8 << 10})
		e.atEnd(func() { desk.open.forEach(func(c *coupon) { close(c.approved) }) })
	},
}

type couponDesk struct {
	open weakSet[coupon]
}

type coupon struct {
	approved chan bool
	settled  bool
}

func (d *couponDesk) handleCoupon(w http.ResponseWriter, r *http.Request) {
	c := &coupon{approved: make(chan bool)}
	d.open.addWeak(c)
	go d.settle(c)
	if len(r.PathValue("code")) < 8 {
		http.Error(w, "no such coupon", http.StatusNotFound)
		return // and settle waits
	}
	c.approved <- true
}

func (d *couponDesk) settle(c *coupon) {
	ok := <-c.approved
	c.settled = ok
}
