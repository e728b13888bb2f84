package demo

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

var syncMap = Scenario{
	Name:  "sync-map",
	Kind:  Leak,
	About: "keys are stored in a sync.Map and never deleted: about 250 KiB per second",
	Want:  wantHeap("(*seen).mark", "sync-map-never-deleted"),
	start: func(ctx context.Context, e *environment) {
		s := &seen{}
		e.handlePage("POST /beacons", s.handleBeacons)
		e.sendRequests(ctx, requestLoad{method: http.MethodPost, path: "/beacons", every: time.Second / 10, keeps: 25 << 10})
		e.atEnd(s.ids.Clear)
	},
}

type seen struct {
	ids  sync.Map // of uint64 to time.Time
	last atomic.Uint64
}

func (s *seen) handleBeacons(w http.ResponseWriter, _ *http.Request) {
	now := time.Now()
	for range 150 {
		s.mark(s.last.Add(1), now)
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *seen) mark(id uint64, at time.Time) {
	s.ids.Store(id, at)
}
