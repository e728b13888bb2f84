package demo

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"
)

var longSleep = Scenario{
	Name:    "long-sleep",
	Kind:    Leak,
	About:   "each reservation sleeps for a day in its own goroutine: 2 per second",
	Want:    wantGoroutines("(*reservations).expire", "long-sleep").withRate(2),
	endless: true,
	start: func(ctx context.Context, e *environment) {
		r := &reservations{}
		e.handlePage("POST /reservations", r.handleReservation)
		e.sendRequests(ctx, requestLoad{method: http.MethodPost, path: "/reservations", every: time.Second / 2, keeps: 8 << 10})
	},
}

type reservations struct {
	active atomic.Int64
}

func (r *reservations) handleReservation(w http.ResponseWriter, _ *http.Request) {
	r.active.Add(1)
	go r.expire()
	w.WriteHeader(http.StatusCreated)
}

func (r *reservations) expire() {
	time.Sleep(24 * time.Hour)
	r.active.Add(-1)
}
