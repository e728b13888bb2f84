package memory

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var slowingFill = shop.Scenario{
	Name:  "slowing-fill",
	Kind:  shop.LookAlike,
	About: "a cache of 4,096 keys requested at random: 1 MiB per second at first, slowing down toward 32 MiB",
	Want:  wantHeap("(*exchangeRates).fetch", "slowing"),
	Start: func(ctx context.Context, e *shop.Environment) {
		rates := &exchangeRates{chance: rand.New(rand.NewPCG(3, 4)), byPair: map[int][]byte{}}
		e.HandlePage("GET /rates", rates.handleRates)
		e.SendRequests(ctx, shop.RequestLoad{Path: "/rates", Every: time.Second / 16})
	},
}

const currencyPairs = 4096

type exchangeRates struct {
	mu     sync.Mutex
	chance *rand.Rand
	byPair map[int][]byte
}

func (e *exchangeRates) handleRates(w http.ResponseWriter, _ *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for range 8 {
		pair := e.chance.IntN(currencyPairs)
		if e.byPair[pair] == nil {
			e.byPair[pair] = e.fetch()
		}
	}
	w.WriteHeader(http.StatusNoContent)
}

func (e *exchangeRates) fetch() []byte { return make([]byte, 8<<10) }
