package demo

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

var slowingFill = Scenario{
	Name:  "slowing-fill",
	Kind:  LookAlike,
	About: "a cache of 4,096 keys requested at random: 1 MiB per second at first, slowing down towards 32 MiB",
	Want:  wantHeap("(*exchangeRates).fetch", "slowing"),
	start: func(ctx context.Context, e *environment) {
		rates := &exchangeRates{chance: rand.New(rand.NewPCG(3, 4)), byPair: map[int][]byte{}}
		e.handlePage("GET /rates", rates.handleRates)
		e.sendRequests(ctx, requestLoad{path: "/rates", every: time.Second / 16})
	},
}

const currencyPairs = 4096

type exchangeRates struct {
	mu     sync.Mutex
	chance *rand.Rand
	byPair map[int][]byte
}

func (x *exchangeRates) handleRates(w http.ResponseWriter, _ *http.Request) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for range 8 {
		pair := x.chance.IntN(currencyPairs)
		if x.byPair[pair] == nil {
			x.byPair[pair] = x.fetch()
		}
	}
	w.WriteHeader(http.StatusNoContent)
}

func (x *exchangeRates) fetch() []byte { return make([]byte, 8<<10) }
