package demo

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

var randomWalk = Scenario{
	Name:  "random-walk",
	Kind:  LookAlike,
	About: "parked trucks come and go at random, between 2 and 32 MiB, without a trend",
	Want:  onHeap("(*yard).arrive", "random-walk"),
	start: func(ctx context.Context, e *env) {
		y := &yard{chance: rand.New(rand.NewPCG(1, 2))} // the same walk every time
		for range 256 {
			y.arrive()
		}
		e.handle("POST /trucks", y.move)
		e.load(ctx, load{method: http.MethodPost, path: "/trucks", every: time.Second / 2})
	},
}

type yard struct {
	mu     sync.Mutex
	chance *rand.Rand
	trucks [][]byte
}

func (y *yard) move(w http.ResponseWriter, _ *http.Request) {
	y.mu.Lock()
	defer y.mu.Unlock()
	change := y.chance.IntN(97) - 48
	for ; change > 0 && len(y.trucks) < 512; change-- {
		y.arrive()
	}
	for ; change < 0 && len(y.trucks) > 32; change++ {
		y.leave(y.chance.IntN(len(y.trucks)))
	}
	w.WriteHeader(http.StatusNoContent)
}

func (y *yard) arrive() {
	y.trucks = append(y.trucks, make([]byte, 64<<10))
}

func (y *yard) leave(i int) {
	last := len(y.trucks) - 1
	y.trucks[i], y.trucks[last] = y.trucks[last], nil
	y.trucks = y.trucks[:last]
}
