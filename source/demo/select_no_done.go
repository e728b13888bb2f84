package demo

import (
	"context"
	"net/http"
	"time"
)

var selectNoDone = Scenario{
	Name:  "select-no-done",
	Kind:  Leak,
	About: "goroutines loop over a select without a case that ends them: 2 per second",
	Want:  wantGoroutines("(*courier).follow", "select-without-done").withRate(2),
	start: func(ctx context.Context, e *environment) {
		c := &courier{}
		e.handlePage("POST /parcels/{id}", c.handleParcel)
		e.sendRequests(ctx, requestLoad{method: http.MethodPost, path: "/parcels/{n}", every: time.Second / 2, keeps: 8 << 10})
		e.atEnd(func() { c.sent.forEach(func(p *parcel) { close(p.events) }) })
	},
}

type courier struct {
	sent weakSet[parcel]
}

type parcel struct {
	events    chan string
	positions chan [2]float64
	last      string
	at        [2]float64
}

func (c *courier) handleParcel(w http.ResponseWriter, _ *http.Request) {
	p := &parcel{events: make(chan string), positions: make(chan [2]float64)}
	c.sent.addWeak(p)
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
