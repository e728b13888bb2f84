package goroutines

import (
	"context"
	"net/http"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var selectForever = shop.Scenario{
	Name:    "select-forever",
	Kind:    shop.Leak,
	About:   "each subscription blocks a goroutine in an empty select: 2 per second",
	Want:    wantGoroutines("(*newsletter).hold", "select-forever").WithRate(2),
	Endless: true,
	Start: func(ctx context.Context, e *shop.Environment) {
		n := &newsletter{}
		e.HandlePage("POST /subscriptions", n.handleSubscription)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/subscriptions", Every: time.Second / 2, Keeps: 8 << 10})
	},
}

type newsletter struct{}

func (n *newsletter) handleSubscription(w http.ResponseWriter, _ *http.Request) {
	go n.hold()
	w.WriteHeader(http.StatusCreated)
}

func (n *newsletter) hold() {
	select {}
}
