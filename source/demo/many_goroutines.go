package demo

import (
	"context"
	"sync"
)

var manyGoroutines = Scenario{
	Name:  "many-goroutines",
	Kind:  LookAlike,
	About: "2,000 goroutines wait for work from the start, and their number never changes",
	Want:  wantGoroutines("(*callCentre).answer", "many-but-constant"),
	start: func(_ context.Context, e *environment) {
		c := &callCentre{calls: make(chan string)}
		for range 2000 {
			c.agents.Go(c.answer)
		}
		e.atEnd(func() {
			close(c.calls)
			c.agents.Wait()
		})
	},
}

type callCentre struct {
	calls  chan string
	agents sync.WaitGroup
}

func (c *callCentre) answer() {
	for call := range c.calls {
		_ = len(call)
	}
}
