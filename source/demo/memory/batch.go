package memory

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var batch = shop.Scenario{
	Name:  "batch",
	Kind:  shop.LookAlike,
	About: "a job every 30 s gathers 20 MiB in 10 s, processes it for 8 s, then frees it",
	Want:  wantHeap("(*payroll).gather", "sawtooth"),
	Start: func(ctx context.Context, e *shop.Environment) {
		p := &payroll{}
		e.RunEvery(ctx, time.Second, p.runSecond)
	},
}

// payroll is processed in steps of a second.
type payroll struct {
	second int
	slips  [][]byte
	hours  atomic.Int64
}

func (p *payroll) runSecond() {
	switch s := p.second % 30; {
	case s < 10:
		p.gather()
	case s == 18:
		p.hours.Add(int64(len(p.slips)))
		p.slips = nil
	}
	p.second++
}

func (p *payroll) gather() {
	for range 64 {
		p.slips = append(p.slips, make([]byte, 32<<10))
	}
}
