package memory

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var unboundedMap = shop.Scenario{
	Name:  "unbounded-map",
	Kind:  shop.Leak,
	About: "a cache keeps everything requested and evicts nothing: 512 KiB per second",
	Want:  wantHeap("(*imageCache).render", "unbounded-collection").WithRate(512 << 10),
	Start: func(ctx context.Context, e *shop.Environment) {
		cache := &imageCache{images: map[string]*image{}}
		e.HandlePage("GET /images/{key}", cache.handleImage)
		e.SendRequests(ctx, shop.RequestLoad{Path: "/images/{n}", Every: time.Second / 32, Keeps: 16 << 10})
		e.AtEnd(cache.dropImages)
	},
}

type imageCache struct {
	mu     sync.Mutex
	images map[string]*image
}

type image struct {
	pixels []byte
}

func (c *imageCache) handleImage(w http.ResponseWriter, r *http.Request) {
	_, _ = w.Write(c.getImage(r.PathValue("key")).pixels[:512])
}

func (c *imageCache) getImage(key string) *image {
	c.mu.Lock()
	defer c.mu.Unlock()
	i, ok := c.images[key]
	if !ok {
		i = c.render()
		c.images[key] = i
	}
	return i
}

func (c *imageCache) render() *image {
	return &image{pixels: make([]byte, 16<<10)}
}

func (c *imageCache) dropImages() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.images)
}
