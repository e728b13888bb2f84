package goroutines

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var tickerNoStop = shop.Scenario{
	Name:  "ticker-no-stop",
	Kind:  shop.Leak,
	About: "each visit starts a ticker loop that is never stopped: 2 per second",
	Want: shop.Want{
		Kind: shop.GrowsGoroutines, Function: packagePrefix + "(*visits).keepAlive", StackFunction: packagePrefix + "(*visits).keepAlive",
		// Another function creates the ticker, which is too small to be sampled often.
		Signature: "ticker-without-stop", StackSignature: "range-over-unclosed-channel", PerSecond: 2,
	},
	Start: func(ctx context.Context, e *shop.Environment) {
		v := &visits{}
		e.HandlePage("POST /visits", v.handleVisit)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/visits", Every: time.Second / 2, Keeps: 8 << 10})
		e.AtEnd(func() {
			v.closed.Store(true)
			v.begun.ForEach(func(one *visit) { one.beat.Reset(time.Millisecond) })
		})
	},
}

type visits struct {
	begun  shop.WeakSet[visit]
	closed atomic.Bool // the shop
}

type visit struct {
	beat  *time.Ticker
	beats int
}

func (v *visits) handleVisit(w http.ResponseWriter, _ *http.Request) {
	one := &visit{beat: time.NewTicker(time.Second)}
	v.begun.Add(one)
	go v.keepAlive(one)
	w.WriteHeader(http.StatusCreated)
}

func (v *visits) keepAlive(one *visit) {
	for range one.beat.C {
		if v.closed.Load() {
			return
		}
		one.beats++
	}
}
