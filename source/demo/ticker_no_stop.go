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
	About: "each visit starts a ticker loop that nothing stops, 2 a second",
	Want:  onGoroutines("(*visits).keepAlive", "ticker-without-stop"),
	start: func(ctx context.Context, e *env) {
		v := &visits{}
		e.handle("POST /visits", v.begin)
		e.load(ctx, load{method: http.MethodPost, path: "/visits", every: time.Second / 2, keeps: 8 << 10})
		e.atEnd(func() { v.closed.Store(true) })
	},
}

type visits struct {
	closed atomic.Bool // the shop
	beats  atomic.Int64
}

func (v *visits) begin(w http.ResponseWriter, _ *http.Request) {
	go v.keepAlive()
	w.WriteHeader(http.StatusCreated)
}

func (v *visits) keepAlive() {
	tick := time.NewTicker(time.Second)
	for range tick.C {
		if v.closed.Load() {
			return
		}
		v.beats.Add(1)
	}
}
