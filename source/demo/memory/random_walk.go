package memory

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var randomWalk = shop.Scenario{
	Name:  "random-walk",
	Kind:  shop.LookAlike,
	About: "parked trucks come and go at random, between 2 and 32 MiB, without a trend",
	Want:  wantHeap("(*yard).arrive", "random-walk"),
	Start: func(ctx context.Context, e *shop.Environment) {
		y := &yard{chance: rand.New(rand.NewPCG(1, 2))} // the same walk every time
		for range 256 {
			y.arrive()
		}
		e.HandlePage("POST /trucks", y.handleTrucks)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/trucks", Every: time.Second / 2})
	},
}

type yard struct {
	mu     sync.Mutex
	chance *rand.Rand
	trucks [][]byte
}

func (y *yard) handleTrucks(w http.ResponseWriter, _ *http.Request) {
	y.mu.Lock()
	defer y.mu.Unlock()
	change := y.chance.IntN(97) - 48
	for ; change > 0 && len(y.trucks) < 512; change-- {
		y.arrive()
	}
	for ; change < 0 && len(y.trucks) > 32; change++ {
		y.removeTruck(y.chance.IntN(len(y.trucks)))
	}
	w.WriteHeader(http.StatusNoContent)
}

func (y *yard) arrive() {
	y.trucks = append(y.trucks, make([]byte, 64<<10))
}

func (y *yard) removeTruck(i int) {
	last := len(y.trucks) - 1
	y.trucks[i], y.trucks[last] = y.trucks[last], nil
	y.trucks = y.trucks[:last]
}
