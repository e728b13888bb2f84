package demo

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

// catalogue is the shop's stock of goods, loaded once: the live heap of a
// healthy service.
type catalogue struct {
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

func loadCatalogue() *catalogue {
	c := &catalogue{products: make([]product, goods)}
	for i := range c.products {
		c.products[i] = product{"product " + strconv.Itoa(i), i, make([]byte, photoSize)}
	}
	return c
}

// search answers with a page of photos, and drops all it made for that.
func (c *catalogue) search(w http.ResponseWriter, r *http.Request) {
	from, _ := strconv.Atoi(r.URL.Query().Get("from"))
	var page []byte
	for i := range 64 {
		p := c.products[(from+i)%len(c.products)]
		page = append(page, thumbnail(p)...)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(page)/64))
	_, _ = w.Write(page[:len(page)/64]) // the customer may have gone
}

// thumbnail copies a photo, the cheapest way to make garbage.
func thumbnail(p product) []byte {
	return append([]byte(nil), p.photo...)
}

// startTraffic begins the ordinary traffic: about 16 MiB of garbage a second
// in ten requests.
func startTraffic(ctx context.Context, e *env) {
	c := loadCatalogue()
	e.handle("GET /search", c.search)
	e.load(ctx, load{path: "/search?from={n}", every: 100 * time.Millisecond})
}
