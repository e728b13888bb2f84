package memory

import (
	"context"
	"math"
	"net/http"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var sineLoad = shop.Scenario{
	Name:  "sine-load",
	Kind:  shop.LookAlike,
	About: "open baskets follow the time of a short day, between 4 and 28 MiB every 90 s",
	Want:  wantHeap("(*openBaskets).open", "follows-load"),
	Start: func(ctx context.Context, e *shop.Environment) {
		b := &openBaskets{begin: time.Now()}
		e.HandlePage("POST /open-baskets", b.handleVisit)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/open-baskets", Every: time.Second / 4})
	},
}

type openBaskets struct {
	begin   time.Time
	mu      sync.Mutex
	baskets [][]byte // the oldest first
}

// handleVisit lets customers come and go until their number matches the time of day.
func (b *openBaskets) handleVisit(w http.ResponseWriter, _ *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.adjustBaskets(customersAt(time.Since(b.begin)))
	w.WriteHeader(http.StatusNoContent)
}

// adjustBaskets adjusts the number of baskets. It also replaces a tenth of them, because
// no customer stays all day.
func (b *openBaskets) adjustBaskets(customers int) {
	gone := min(max(len(b.baskets)-customers, 0)+len(b.baskets)/10, len(b.baskets))
	b.baskets = b.baskets[gone:]
	for len(b.baskets) < customers {
		b.baskets = append(b.baskets, b.open())
	}
}

func (b *openBaskets) open() []byte { return make([]byte, 16<<10) }

func customersAt(t time.Duration) int {
	return int(1024 - 768*math.Cos(2*math.Pi*t.Seconds()/90))
}
