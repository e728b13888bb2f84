package goroutines

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var waitgroupDone = shop.Scenario{
	Name:  "waitgroup-done",
	Kind:  shop.Leak,
	About: "goroutines wait for a WaitGroup whose last Done is missing: 2 per second",
	Want:  wantGoroutines("(*dispatch).finish", "waitgroup-done-missed").WithRate(2),
	Start: func(ctx context.Context, e *shop.Environment) {
		d := &dispatch{}
		e.HandlePage("POST /shipments", d.handleShipment)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/shipments", Every: time.Second / 2, Keeps: 8 << 10})
		e.AtEnd(func() { d.begun.ForEach(func(s *shipment) { s.parts.Done() }) })
	},
}

type dispatch struct {
	begun shop.WeakSet[shipment]
}

type shipment struct {
	parts sync.WaitGroup
	gone  time.Time
}

func (d *dispatch) handleShipment(w http.ResponseWriter, _ *http.Request) {
	s := &shipment{}
	s.parts.Add(3)
	d.begun.Add(s)
	go d.finish(s)
	for _, weight := range []int{2, 1, 0} {
		s.packPart(weight)
	}
	w.WriteHeader(http.StatusAccepted)
}

func (s *shipment) packPart(weight int) {
	if weight == 0 {
		return // a gift, and no Done
	}
	s.parts.Done()
}

func (d *dispatch) finish(s *shipment) {
	s.parts.Wait()
	s.gone = time.Now()
}
