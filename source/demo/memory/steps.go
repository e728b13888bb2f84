package memory

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var steps = shop.Scenario{
	Name:  "steps",
	Kind:  shop.LookAlike,
	About: "data of three regions is loaded on first use, 12 MiB each, after 3, 33 and 63 s",
	Want:  wantHeap("(*regions).load", "loaded-once"),
	Start: func(ctx context.Context, e *shop.Environment) {
		r := &regions{}
		e.HandlePage("GET /regions/{second}", r.handleRegions)
		e.SendRequests(ctx, shop.RequestLoad{Path: "/regions/{n}", Every: time.Second})
	},
}

type regions struct {
	mu     sync.Mutex
	loaded [3][][]byte
}

func (r *regions) handleRegions(w http.ResponseWriter, req *http.Request) {
	second, _ := strconv.Atoi(req.PathValue("second"))
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.loaded {
		if second >= 3+30*i && r.loaded[i] == nil {
			r.loaded[i] = r.load()
		}
	}
	w.WriteHeader(http.StatusNoContent)
}

func (r *regions) load() [][]byte {
	streets := make([][]byte, 384)
	for i := range streets {
		streets[i] = make([]byte, 32<<10)
	}
	return streets
}
