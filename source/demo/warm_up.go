package demo

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"
)

var warmUp = Scenario{
	Name:  "warm-up",
	Kind:  LookAlike,
	About: "templates are compiled on first use: 512 KiB per second for a minute, until all are",
	Want:  onHeap("(*templates).compile", "filled"),
	start: func(ctx context.Context, e *env) {
		t := &templates{compiled: map[int][]byte{}}
		e.handle("GET /pages/{n}", t.show)
		e.load(ctx, load{path: "/pages/{n}", every: time.Second / 32})
	},
}

const pages = 60 * 32

type templates struct {
	mu       sync.Mutex
	compiled map[int][]byte
}

func (t *templates) show(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.PathValue("n"))
	_, _ = w.Write(t.get(n % pages)[:64])
}

func (t *templates) get(page int) []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.compiled[page] == nil {
		t.compiled[page] = t.compile()
	}
	return t.compiled[page]
}

func (t *templates) compile() []byte { return make([]byte, 16<<10) }
