package demo

import (
	"context"
	"sync"
	"time"
)

var bursts = Scenario{
	Name:  "bursts",
	Kind:  LookAlike,
	About: "every 20 s, 200 goroutines start a job of 8 s",
	Want:  wantGoroutines("(*stocktaking).countShelf", "sawtooth"),
	start: func(ctx context.Context, e *environment) {
		s := &stocktaking{}
		s.startCounting(ctx)
		e.runEvery(ctx, 20*time.Second, func() { s.startCounting(ctx) })
		e.atEnd(s.counting.Wait)
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
