package demo

import (
	"context"
	"net/http"
	"time"
)

var nilChannel = Scenario{
	Name:  "nil-channel",
	Kind:  Leak,
	About: "goroutines receive from a channel that was never made: 2 per second",
	Want: Want{
		Kind: growsGoroutines, Function: packagePrefix + "(*giftWrap).await", StackFunction: packagePrefix + "(*giftWrap).await",
		// Only the goroutine's state in debug=2 shows that the channel is nil.
		Signature: "nil-channel", StackSignature: "receive-without-sender", PerSecond: 2,
	},
	endless: true,
	start: func(ctx context.Context, e *environment) {
		g := &giftWrap{}
		e.handlePage("POST /gifts", g.handleGift)
		e.sendRequests(ctx, requestLoad{method: http.MethodPost, path: "/gifts", every: time.Second / 2, keeps: 8 << 10})
	},
}

type giftWrap struct {
	ribbon chan struct{}
	tied   int
}

func (g *giftWrap) handleGift(w http.ResponseWriter, _ *http.Request) {
	go g.await()
	w.WriteHeader(http.StatusAccepted)
}

func (g *giftWrap) await() {
	<-g.ribbon
	g.tied++
}
