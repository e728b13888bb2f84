package demo

import (
	"context"
	"net/http"
	"time"
)

var selectForever = Scenario{
	Name:    "select-forever",
	Kind:    Leak,
	About:   "each subscription blocks a goroutine in an empty select: 2 per second",
	Want:    wantGoroutines("(*newsletter).hold", "select-forever").withRate(2),
	endless: true,
	start: func(ctx context.Context, e *environment) {
		n := &newsletter{}
		e.handlePage("POST /subscriptions", n.handleSubscription)
		e.sendRequests(ctx, requestLoad{method: http.MethodPost, path: "/subscriptions", every: time.Second / 2, keeps: 8 << 10})
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
