package goroutines

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var stuckSend = shop.Scenario{
	Name:  "stuck-send",
	Kind:  shop.Leak,
	About: "goroutines block in a channel send whose reader timed out: 2 per second",
	Want:  wantGoroutines("(*warehouse).count", "send-without-reader").WithRate(2),
	Start: func(ctx context.Context, e *shop.Environment) {
		house := &warehouse{}
		e.HandlePage("GET /stock/{sku}", house.handleStock)
		e.SendRequests(ctx, shop.RequestLoad{Path: "/stock/{n}", Every: time.Second / 2, Keeps: 8 << 10})
		e.AtEnd(func() { house.asked.ForEach((*stockCount).unblock) })
	},
}

type warehouse struct {
	asked shop.WeakSet[stockCount]
}

type stockCount struct {
	result  chan int
	counted time.Time
}

// handleStock asks the warehouse for stock, with a short timeout.
func (wh *warehouse) handleStock(w http.ResponseWriter, r *http.Request) {
	c := &stockCount{result: make(chan int)}
	wh.asked.Add(c)
	go wh.count(c, r.PathValue("sku"))
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

func (wh *warehouse) count(c *stockCount, sku string) {
	time.Sleep(30 * time.Millisecond) // the shelves are far
	c.result <- len(sku)
	c.counted = time.Now()
}
