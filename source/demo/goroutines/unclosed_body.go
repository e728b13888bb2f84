package goroutines

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var unclosedBody = shop.Scenario{
	Name:  "unclosed-body",
	Kind:  shop.Leak,
	About: "the body of an HTTP error response is never closed: a connection with 2 goroutines per second",
	Want: shop.Want{
		Kind: shop.GrowsGoroutines, Function: packagePrefix + "(*priceClient).fetchPrice",
		Signature: "unclosed-response-body", StackSignature: "unclosed-response-body", PerSecond: 2,
	},
	Start: func(ctx context.Context, e *shop.Environment) {
		// The supplier closes idle connections soon, so its side does not grow.
		url := e.StartSupplier(ctx, 2*time.Second, refusePrice)
		prices := &priceClient{service: ctx, url: url, http: &http.Client{Transport: &http.Transport{}}}
		e.HandlePage("GET /prices/{sku}", prices.handlePrice)
		e.SendRequests(ctx, shop.RequestLoad{Path: "/prices/{n}", Every: time.Second, Keeps: 40 << 10, Files: 1})
		e.AtEnd(prices.http.CloseIdleConnections)
	},
}

func refusePrice(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusTooManyRequests)
	_, _ = w.Write(bytes.Repeat([]byte("later "), 1000))
}

type priceClient struct {
	service context.Context // outlives a request: prices are also fetched ahead
	url     string
	http    *http.Client
}

func (p *priceClient) handlePrice(w http.ResponseWriter, r *http.Request) {
	if err := p.fetchPrice(r.PathValue("sku")); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
}

func (p *priceClient) fetchPrice(sku string) error {
	req, err := http.NewRequestWithContext(p.service, http.MethodGet, p.url+"/"+sku, nil)
	if err != nil {
		return err
	}
	resp, err := p.http.Do(req)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return errors.New("the supplier has no price") // with the body left open
	}
	return resp.Body.Close()
}
