package demo

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"
)

var tickerNoStop = Scenario{
	Name:  "ticker-no-stop",
	Kind:  Leak,
	About: "each visit starts a ticker loop that is never stopped: 2 per second",
	Want: Want{
		Kind: growsGoroutines, Function: packagePrefix + "(*visits).keepAlive", StackFunction: packagePrefix + "(*visits).keepAlive",
		// Another function creates the ticker, which is too small to be sampled often.
		Signature: "ticker-without-stop", StackSignature: "range-over-unclosed-channel", PerSecond: 2,
	},
	start: func(ctx context.Context, e *environment) {
		v := &visits{}
		e.handlePage("POST /visits", v.handleVisit)
		e.sendRequests(ctx, requestLoad{method: http.MethodPost, path: "/visits", every: time.Second / 2, keeps: 8 << 10})
		e.atEnd(func() {
			v.closed.Store(true)
			v.begun.forEach(func(one *visit) { one.beat.Reset(time.Millisecond) })
		})
	},
}

type visits struct {
	begun  weakSet[visit]
	closed atomic.Bool // the shop
}

type visit struct {
	beat  *time.Ticker
	beats int
}

func (v *visits) handleVisit(w http.ResponseWriter, _ *http.Request) {
	one := &visit{beat: time.NewTicker(time.Second)}
	v.begun.addWeak(one)
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
