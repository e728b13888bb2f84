package memory

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var growingArray = shop.Scenario{
	Name:  "growing-array",
	Kind:  shop.Leak,
	About: "one slice of values is only ever appended to, and grows in steps: 256 KiB per second",
	Want:  wantHeap("(*clickstream).add", "append-only-slice").WithRate(256 << 10),
	Start: func(ctx context.Context, e *shop.Environment) {
		stream := &clickstream{}
		e.HandlePage("POST /clicks", stream.handleClicks)
		// Twice what is added: while append copies the slice, both arrays exist.
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/clicks", Every: time.Second / 8, Keeps: 2 * clicksOfARequest * 64})
		e.AtEnd(stream.dropClicks)
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
