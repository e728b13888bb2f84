package memory

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var sawtooth = shop.Scenario{
	Name:  "sawtooth",
	Kind:  shop.LookAlike,
	About: "a report collects rows, 1 MiB per second, and drops them all every 15 s",
	Want:  wantHeap("(*salesReport).add", "sawtooth"),
	Start: func(ctx context.Context, e *shop.Environment) {
		report := &salesReport{}
		e.HandlePage("POST /sales", report.handleSale)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/sales", Every: time.Second / 16})
		e.RunEvery(ctx, 15*time.Second, report.dropRows)
	},
}

type salesReport struct {
	mu   sync.Mutex
	rows [][]byte
}

func (s *salesReport) handleSale(w http.ResponseWriter, _ *http.Request) {
	for range 8 {
		s.add()
	}
	w.WriteHeader(http.StatusAccepted)
}

func (s *salesReport) add() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rows = append(s.rows, make([]byte, 8<<10))
}

func (s *salesReport) dropRows() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rows = nil
}
