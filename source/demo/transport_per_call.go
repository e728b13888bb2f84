package demo

import (
	"context"
	"io"
	"net/http"
	"time"
)

var transportPerCall = Scenario{
	Name:  "transport-per-call",
	Kind:  Leak,
	About: "each call creates an http.Transport, whose idle connection stays open: 2 goroutines per second, plus 1 on the server's side",
	Want: Want{
		Kind: growsGoroutines, Function: packagePrefix + "(*courierAPI).quote",
		Signature: "transport-per-call", StackSignature: "transport-per-call", PerSecond: 2,
	},
	start: func(ctx context.Context, e *environment) {
		api := &courierAPI{url: e.startSupplier(ctx, 0, serveOffer)}
		e.handlePage("GET /shipping/{zip}", api.handleShipping)
		e.sendRequests(ctx, requestLoad{path: "/shipping/{n}", every: time.Second, keeps: 64 << 10, files: 2})
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
