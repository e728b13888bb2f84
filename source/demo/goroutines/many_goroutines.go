package goroutines

import (
	"context"
	"sync"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var manyGoroutines = shop.Scenario{
	Name:  "many-goroutines",
	Kind:  shop.LookAlike,
	About: "2,000 goroutines wait for work from the start, and their number never changes",
	Want:  wantGoroutines("(*callCenter).answer", "many-but-constant"),
	Start: func(_ context.Context, e *shop.Environment) {
		c := &callCenter{calls: make(chan string)}
		for range 2000 {
			c.agents.Go(c.answer)
		}
		e.AtEnd(func() {
			close(c.calls)
			c.agents.Wait()
		})
	},
}

type callCenter struct {
	calls  chan string
	agents sync.WaitGroup
}

func (c *callCenter) answer() {
	for call := range c.calls {
		_ = len(call)
	}
}
