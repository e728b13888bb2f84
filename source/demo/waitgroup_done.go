package demo

import (
	"context"
	"net/http"
	"sync"
	"time"
)

var waitgroupDone = Scenario{
	Name:  "waitgroup-done",
	Kind:  Leak,
	About: "goroutines wait for a WaitGroup whose last Done is missing: 2 per second",
	Want:  wantGoroutines("(*dispatch).finish", "waitgroup-done-missed").withRate(2),
	start: func(ctx context.Context, e *environment) {
		d := &dispatch{}
		e.handlePage("POST /shipments", d.handleShipment)
		e.sendRequests(ctx, requestLoad{method: http.MethodPost, path: "/shipments", every: time.Second / 2, keeps: 8 << 10})
		e.atEnd(func() { d.begun.forEach(func(s *shipment) { s.parts.Done() }) })
	},
}

type dispatch struct {
	begun weakSet[shipment]
}

type shipment struct {
	parts sync.WaitGroup
	gone  time.Time
}

func (d *dispatch) handleShipment(w http.ResponseWriter, _ *http.Request) {
	s := &shipment{}
	s.parts.Add(3)
	d.begun.addWeak(s)
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
