package demo

import (
	"context"
	"net/http"
	"sync"
	"time"
)

var unboundedMap = Scenario{
	Name:  "unbounded-map",
	Kind:  Leak,
	About: "a cache keeps everything requested and evicts nothing: 512 KiB per second",
	Want:  wantHeap("(*imageCache).render", "unbounded-collection").withRate(512 << 10),
	start: func(ctx context.Context, e *environment) {
		cache := &imageCache{images: map[string]*image{}}
		e.handlePage("GET /images/{key}", cache.handleImage)
		e.sendRequests(ctx, requestLoad{path: "/images/{n}", every: time.Second / 32, keeps: 16 << 10})
		e.atEnd(cache.dropImages)
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
