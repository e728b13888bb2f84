package goroutines

import (
	"context"
	"net/http"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var stuckReceive = shop.Scenario{
	Name:  "stuck-receive",
	Kind:  shop.Leak,
	About: "goroutines wait for a reply that an early return never sends: 2 per second",
	Want:  wantGoroutines("(*couponDesk).settle", "receive-without-sender").WithRate(2),
	Start: func(ctx context.Context, e *shop.Environment) {
		desk := &couponDesk{}
		e.HandlePage("POST /coupons/{code}", desk.handleCoupon)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/coupons/{n}", Every: time.Second / 2, Keeps: 8 << 10})
		e.AtEnd(func() { desk.open.ForEach(func(c *coupon) { close(c.approved) }) })
	},
}

type couponDesk struct {
	open shop.WeakSet[coupon]
}

type coupon struct {
	approved chan bool
	settled  bool
}

func (d *couponDesk) handleCoupon(w http.ResponseWriter, r *http.Request) {
	c := &coupon{approved: make(chan bool)}
	d.open.Add(c)
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
