package goroutines

import (
	"context"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var bursts = shop.Scenario{
	Name:  "bursts",
	Kind:  shop.LookAlike,
	About: "every 20 s, 200 goroutines start a job of 8 s",
	Want:  wantGoroutines("(*stocktaking).countShelf", "sawtooth"),
	Start: func(ctx context.Context, e *shop.Environment) {
		s := &stocktaking{}
		s.startCounting(ctx)
		e.RunEvery(ctx, 20*time.Second, func() { s.startCounting(ctx) })
		e.AtEnd(s.counting.Wait)
	},
}

type stocktaking struct {
	counting sync.WaitGroup
}

func (s *stocktaking) startCounting(ctx context.Context) {
	for range 200 {
		s.counting.Go(func() { s.countShelf(ctx) })
	}
}

func (s *stocktaking) countShelf(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(8 * time.Second):
	}
}
