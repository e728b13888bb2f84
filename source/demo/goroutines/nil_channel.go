package goroutines

import (
	"context"
	"net/http"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var nilChannel = shop.Scenario{
	Name:  "nil-channel",
	Kind:  shop.Leak,
	About: "goroutines receive from a channel that was never made: 2 per second",
	Want: shop.Want{
		Kind: shop.GrowsGoroutines, Function: packagePrefix + "(*giftWrap).await", StackFunction: packagePrefix + "(*giftWrap).await",
		// Only the goroutine's state in debug=2 shows that the channel is nil.
		Signature: "nil-channel", StackSignature: "receive-without-sender", PerSecond: 2,
	},
	Endless: true,
	Start: func(ctx context.Context, e *shop.Environment) {
		g := &giftWrap{}
		e.HandlePage("POST /gifts", g.handleGift)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/gifts", Every: time.Second / 2, Keeps: 8 << 10})
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
