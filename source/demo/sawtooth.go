package demo

import (
	"context"
	"net/http"
	"sync"
	"time"
)

var sawtooth = Scenario{
	Name:  "sawtooth",
	Kind:  LookAlike,
	About: "a report collects rows, 1 MiB per second, and drops them all every 15 s",
	Want:  wantHeap("(*salesReport).add", "sawtooth"),
	start: func(ctx context.Context, e *environment) {
		report := &salesReport{}
		e.handlePage("POST /sales", report.handleSale)
		e.sendRequests(ctx, requestLoad{method: http.MethodPost, path: "/sales", every: time.Second / 16})
		e.runEvery(ctx, 15*time.Second, report.dropRows)
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
