package memory

import (
	"container/list"
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var lruCache = shop.Scenario{
	Name:  "lru-cache",
	Kind:  shop.LookAlike,
	About: "a cache of the 1,536 most recently used pages fills to 24 MiB in 24 s, then evicts",
	Want:  wantHeap("(*pageCache).load", "filled"),
	Start: func(ctx context.Context, e *shop.Environment) {
		cache := &pageCache{byKey: map[string]*list.Element{}}
		e.HandlePage("GET /articles/{key}", cache.handleArticle)
		e.SendRequests(ctx, shop.RequestLoad{Path: "/articles/{n}", Every: time.Second / 64})
	},
}

const pagesCached = 1536

type pageCache struct {
	mu    sync.Mutex
	order list.List // of *page, most recently used first
	byKey map[string]*list.Element
}

type page struct {
	key  string
	body []byte
}

func (c *pageCache) handleArticle(w http.ResponseWriter, r *http.Request) {
	_, _ = w.Write(c.getPage(r.PathValue("key")).body[:64])
}

func (c *pageCache) getPage(key string) *page {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byKey[key]; ok {
		c.order.MoveToFront(e)
		return e.Value.(*page)
	}
	p := c.load(key)
	c.byKey[key] = c.order.PushFront(p)
	if c.order.Len() > pagesCached {
		oldest := c.order.Remove(c.order.Back()).(*page)
		delete(c.byKey, oldest.key)
	}
	return p
}

func (c *pageCache) load(key string) *page {
	return &page{key: key, body: make([]byte, 16<<10)}
}
