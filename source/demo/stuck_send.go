package demo

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

var stuckSend = Scenario{
	Name:  "stuck-send",
	Kind:  Leak,
	About: "goroutines block in a channel send whose reader timed out: 2 per second",
	Want:  onGoroutines("(*warehouse).count", "send-without-reader").at(2),
	start: func(ctx context.Context, e *env) {
		house := &warehouse{}
		e.handle("GET /stock/{sku}", house.available)
		e.load(ctx, load{path: "/stock/{n}", every: time.Second / 2, keeps: 8 << 10})
		e.atEnd(func() { house.asked.each((*stockCount).take) })
	},
}

type warehouse struct {
	asked loose[stockCount]
}

type stockCount struct {
	result  chan int
	counted time.Time
}

// available asks the warehouse for stock, with a short timeout.
func (h *warehouse) available(w http.ResponseWriter, r *http.Request) {
	c := &stockCount{result: make(chan int)}
	h.asked.add(c)
	go h.count(c, r.PathValue("sku"))
	select {
	case n := <-c.result:
		fmt.Fprintln(w, n)
	case <-time.After(10 * time.Millisecond):
		http.Error(w, "the warehouse is slow", http.StatusGatewayTimeout)
	}
}

// take unblocks the counting goroutine.
func (c *stockCount) take() {
	select {
	case <-c.result:
	case <-time.After(50 * time.Millisecond): // already gone
	}
}

func (h *warehouse) count(c *stockCount, sku string) {
	time.Sleep(30 * time.Millisecond) // the shelves are far
	c.result <- len(sku)
	c.counted = time.Now()
}
