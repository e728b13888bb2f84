package demo

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

// catalog is the shop's stock, loaded once: the live heap of a healthy service.
type catalog struct {
	products []product
}

type product struct {
	name  string
	price int
	photo []byte
}

const (
	photoSize = 8 << 10
	goods     = 12 << 20 / photoSize
)

func loadCatalog() *catalog {
	c := &catalog{products: make([]product, goods)}
	for i := range c.products {
		c.products[i] = product{"product " + strconv.Itoa(i), i, make([]byte, photoSize)}
	}
	return c
}

// handleSearch responds with thumbnails, which become garbage at once.
func (c *catalog) handleSearch(w http.ResponseWriter, r *http.Request) {
	from, _ := strconv.Atoi(r.URL.Query().Get("from"))
	for i := range 128 {
		p := c.products[(max(from, 0)+i)%len(c.products)]
		_, _ = w.Write(copyPhoto(p)[:64]) // fails if the customer has gone
	}
}

// copyPhoto copies a photo, the cheapest way to make garbage.
func copyPhoto(p product) []byte {
	return append([]byte(nil), p.photo...)
}

// startTraffic starts the ordinary traffic: 12 MiB of garbage per second from
// twelve requests of small allocations, so that profiles show little of it, and
// always about the same.
func startTraffic(ctx context.Context, e *shop.Environment) {
	c := loadCatalog()
	e.HandlePage("GET /search", c.handleSearch)
	e.SendRequests(ctx, shop.RequestLoad{Path: "/search?from={n}", Every: time.Second / 12})
}
