package memory

import (
	"context"
	"net/http"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var droppedCancel = shop.Scenario{
	Name:  "dropped-cancel",
	Kind:  shop.Leak,
	About: "contexts derived from a long-lived one are never canceled: about 400 KiB per second",
	Want:  wantHeap("(*recommender).scope", "cancel-dropped"),
	Start: func(ctx context.Context, e *shop.Environment) {
		rec := &recommender{service: ctx}
		e.HandlePage("GET /recommendations", rec.handleRecommendations)
		e.SendRequests(ctx, shop.RequestLoad{Path: "/recommendations", Every: time.Second / 10, Keeps: 40 << 10})
	},
}

type recommender struct {
	service context.Context
}

func (r *recommender) handleRecommendations(w http.ResponseWriter, _ *http.Request) {
	score := 0
	for product := range 200 {
		ctx, _ := r.scope()
		score += compareProduct(ctx, product)
	}
	if score < 0 {
		http.Error(w, "no idea", http.StatusInternalServerError)
	}
}

// scope gives one comparison its own context.
func (r *recommender) scope() (context.Context, context.CancelFunc) {
	return context.WithCancel(r.service)
}

func compareProduct(ctx context.Context, product int) int {
	if ctx.Err() != nil {
		return 0
	}
	return product % 7
}
