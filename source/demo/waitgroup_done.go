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
	Want:  onGoroutines("(*dispatch).finish", "waitgroup-done-missed").at(2),
	start: func(ctx context.Context, e *env) {
		d := &dispatch{}
		e.handle("POST /shipments", d.ship)
		e.load(ctx, load{method: http.MethodPost, path: "/shipments", every: time.Second / 2, keeps: 8 << 10})
		e.atEnd(func() { d.begun.each(func(s *shipment) { s.parts.Done() }) })
	},
}

type dispatch struct {
	begun loose[shipment]
}

type shipment struct {
	parts sync.WaitGroup
	gone  time.Time
}

func (d *dispatch) ship(w http.ResponseWriter, _ *http.Request) {
	s := &shipment{}
	s.parts.Add(3)
	d.begun.add(s)
	go d.finish(s)
	for _, weight := range []int{2, 1, 0} {
		s.pack(weight)
	}
	w.WriteHeader(http.StatusAccepted)
}

func (s *shipment) pack(weight int) {
	if weight == 0 {
		return // a gift, and no Done
	}
	s.parts.Done()
}

func (d *dispatch) finish(s *shipment) {
	s.parts.Wait()
	s.gone = time.Now()
}
