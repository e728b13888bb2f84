package demo

import (
	"context"
	"net/http"
	"time"
)

var bareSleep = Scenario{
	Name:  "bare-sleep",
	Kind:  Leak,
	About: "goroutines run nothing but time.Sleep, so no stack shows what started them: 2 per second",
	Want: Want{
		Kind: growsGoroutines, Function: packagePrefix + "(*tillLimit).pay",
		Signature: "bare-sleep", StackSignature: "bare-sleep", PerSecond: 2,
	},
	endless: true,
	start: func(ctx context.Context, e *environment) {
		limit := &tillLimit{pause: 24 * time.Hour}
		e.handlePage("POST /payments", limit.pay)
		e.sendRequests(ctx, requestLoad{method: http.MethodPost, path: "/payments", every: time.Second / 2, keeps: 8 << 10})
	},
}

type tillLimit struct {
	pause time.Duration
}

func (l *tillLimit) pay(w http.ResponseWriter, _ *http.Request) {
	go time.Sleep(l.pause)
	w.WriteHeader(http.StatusAccepted)
}
