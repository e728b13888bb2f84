package goroutines

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var longSleep = shop.Scenario{
	Name:    "long-sleep",
	Kind:    shop.Leak,
	About:   "each reservation sleeps for a day in its own goroutine: 2 per second",
	Want:    wantGoroutines("(*reservations).expire", "long-sleep").WithRate(2),
	Endless: true,
	Start: func(ctx context.Context, e *shop.Environment) {
		r := &reservations{}
		e.HandlePage("POST /reservations", r.handleReservation)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/reservations", Every: time.Second / 2, Keeps: 8 << 10})
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
