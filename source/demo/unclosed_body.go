package demo

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"time"
)

var unclosedBody = Scenario{
	Name:  "unclosed-body",
	Kind:  Leak,
	About: "the body of an HTTP error response is never closed: a connection with 2 goroutines per second",
	Want: Want{
		Kind: growsGoroutines, Function: packagePrefix + "(*priceClient).fetchPrice",
		Signature: "unclosed-response-body", StackSignature: "unclosed-response-body", PerSecond: 2,
	},
	start: func(ctx context.Context, e *environment) {
		// The supplier closes idle connections soon, so its side does not grow.
		url := e.startSupplier(ctx, 2*time.Second, refusePrice)
		prices := &priceClient{service: ctx, url: url, http: &http.Client{Transport: &http.Transport{}}}
		e.handlePage("GET /prices/{sku}", prices.handlePrice)
		e.sendRequests(ctx, requestLoad{path: "/prices/{n}", every: time.Second, keeps: 40 << 10, files: 1})
		e.atEnd(prices.http.CloseIdleConnections)
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
