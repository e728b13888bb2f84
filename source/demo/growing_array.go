package demo

import (
	"context"
	"net/http"
	"sync"
	"time"
)

var growingArray = Scenario{
	Name:  "growing-array",
	Kind:  Leak,
	About: "one slice of values is only ever appended to, and grows in steps: 256 KiB per second",
	Want:  wantHeap("(*clickstream).add", "append-only-slice").withRate(256 << 10),
	start: func(ctx context.Context, e *environment) {
		stream := &clickstream{}
		e.handlePage("POST /clicks", stream.handleClicks)
		// Twice what is added: while append copies the slice, both arrays exist.
		e.sendRequests(ctx, requestLoad{method: http.MethodPost, path: "/clicks", every: time.Second / 8, keeps: 2 * clicksOfARequest * 64})
		e.atEnd(stream.dropClicks)
	},
}

const clicksOfARequest = 512

type clickstream struct {
	mu     sync.Mutex
	clicks []click
}

// click is 64 bytes.
type click struct {
	at, visitor int64
	page        [48]byte
}

func (c *clickstream) handleClicks(w http.ResponseWriter, _ *http.Request) {
	now := time.Now().UnixNano()
	for i := range int64(clicksOfARequest) {
		c.add(click{at: now, visitor: i, page: [48]byte{'/'}})
	}
	w.WriteHeader(http.StatusAccepted)
}

func (c *clickstream) add(k click) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clicks = append(c.clicks, k)
}

func (c *clickstream) dropClicks() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clicks = nil
}
