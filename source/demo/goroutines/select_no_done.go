package goroutines

import (
	"context"
	"net/http"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var selectNoDone = shop.Scenario{
	Name:  "select-no-done",
	Kind:  shop.Leak,
	About: "goroutines loop over a select without a case that ends them: 2 per second",
	Want:  wantGoroutines("(*courier).follow", "select-without-done").WithRate(2),
	Start: func(ctx context.Context, e *shop.Environment) {
		c := &courier{}
		e.HandlePage("POST /parcels/{id}", c.handleParcel)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/parcels/{n}", Every: time.Second / 2, Keeps: 8 << 10})
		e.AtEnd(func() { c.sent.ForEach(func(p *parcel) { close(p.events) }) })
	},
}

type courier struct {
	sent shop.WeakSet[parcel]
}

type parcel struct {
	events    chan string
	positions chan [2]float64
	last      string
	at        [2]float64
}

func (c *courier) handleParcel(w http.ResponseWriter, _ *http.Request) {
	p := &parcel{events: make(chan string), positions: make(chan [2]float64)}
	c.sent.Add(p)
	go c.follow(p)
	p.events <- "collected"
	w.WriteHeader(http.StatusAccepted)
}

func (c *courier) follow(p *parcel) {
	for {
		select {
		case event, ok := <-p.events:
			if !ok {
				return
			}
			p.last = event
		case p.at = <-p.positions:
		}
	}
}
