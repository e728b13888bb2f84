package goroutines

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var transportPerCall = shop.Scenario{
	Name:  "transport-per-call",
	Kind:  shop.Leak,
	About: "each call creates an http.Transport, whose idle connection stays open: 2 goroutines per second, plus 1 on the server's side",
	Want: shop.Want{
		Kind: shop.GrowsGoroutines, Function: packagePrefix + "(*courierAPI).quote",
		Signature: "transport-per-call", StackSignature: "transport-per-call", PerSecond: 2,
	},
	Start: func(ctx context.Context, e *shop.Environment) {
		api := &courierAPI{url: e.StartSupplier(ctx, 0, serveOffer)}
		e.HandlePage("GET /shipping/{zip}", api.handleShipping)
		e.SendRequests(ctx, shop.RequestLoad{Path: "/shipping/{n}", Every: time.Second, Keeps: 64 << 10, Files: 2})
	},
}

func serveOffer(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, "4.90\n")
}

type courierAPI struct {
	url string
}

func (c *courierAPI) handleShipping(w http.ResponseWriter, r *http.Request) {
	price, err := c.quote(r.PathValue("zip"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	_, _ = w.Write(price)
}

func (c *courierAPI) quote(zip string) ([]byte, error) {
	client := &http.Client{Transport: &http.Transport{}, Timeout: 5 * time.Second}
	resp, err := client.Get(c.url + "/" + zip)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}
