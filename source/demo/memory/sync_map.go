package memory

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var syncMap = shop.Scenario{
	Name:  "sync-map",
	Kind:  shop.Leak,
	About: "keys are stored in a sync.Map and never deleted: about 250 KiB per second",
	Want:  wantHeap("(*seen).mark", "sync-map-never-deleted"),
	Start: func(ctx context.Context, e *shop.Environment) {
		s := &seen{}
		e.HandlePage("POST /beacons", s.handleBeacons)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/beacons", Every: time.Second / 10, Keeps: 25 << 10})
		e.AtEnd(s.ids.Clear)
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
