package goroutines

import (
	"context"
	"net/http"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var bareSleep = shop.Scenario{
	Name:  "bare-sleep",
	Kind:  shop.Leak,
	About: "goroutines run nothing but time.Sleep, so no stack shows what started them: 2 per second",
	Want: shop.Want{
		Kind: shop.GrowsGoroutines, Function: packagePrefix + "(*tillLimit).pay",
		Signature: "bare-sleep", StackSignature: "bare-sleep", PerSecond: 2,
	},
	Endless: true,
	Start: func(ctx context.Context, e *shop.Environment) {
		limit := &tillLimit{pause: 24 * time.Hour}
		e.HandlePage("POST /payments", limit.pay)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/payments", Every: time.Second / 2, Keeps: 8 << 10})
	},
}

type tillLimit struct {
	pause time.Duration
}

func (l *tillLimit) pay(w http.ResponseWriter, _ *http.Request) {
	go time.Sleep(l.pause)
	w.WriteHeader(http.StatusAccepted)
}
