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
	Want:  wantGoroutines("(*warehouse).count", "send-without-reader").withRate(2),
	start: func(ctx context.Context, e *environment) {
		house := &warehouse{}
		e.handlePage("GET /stock/{sku}", house.handleStock)
		e.sendRequests(ctx, requestLoad{path: "/stock/{n}", every: time.Second / 2, keeps: 8 << 10})
		e.atEnd(func() { house.asked.forEach((*stockCount).unblock) })
	},
}

type warehouse struct {
	asked weakSet[stockCount]
}

type stockCount struct {
	result  chan int
	counted time.Time
}

// handleStock asks the warehouse for stock, with a short timeout.
func (h *warehouse) handleStock(w http.ResponseWriter, r *http.Request) {
	c := &stockCount{result: make(chan int)}
	h.asked.addWeak(c)
	go h.count(c, r.PathValue("sku"))
	select {
	case n := <-c.result:
		fmt.Fprintln(w, n)
	case <-time.After(10 * time.Millisecond):
		http.Error(w, "the warehouse is slow", http.StatusGatewayTimeout)
	}
}

// unblock unblocks the counting goroutine.
func (c *stockCount) unblock() {
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
