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
	Want:  wantHeap("(*templates).compile", "filled"),
	start: func(ctx context.Context, e *environment) {
		t := &templates{compiled: map[int][]byte{}}
		e.handlePage("GET /pages/{n}", t.handlePage)
		e.sendRequests(ctx, requestLoad{path: "/pages/{n}", every: time.Second / 32})
	},
}

const pages = 60 * 32

type templates struct {
	mu       sync.Mutex
	compiled map[int][]byte
}

func (t *templates) handlePage(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.PathValue("n"))
	_, _ = w.Write(t.getTemplate(n % pages)[:64])
}

func (t *templates) getTemplate(page int) []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.compiled[page] == nil {
		t.compiled[page] = t.compile()
	}
	return t.compiled[page]
}

func (t *templates) compile() []byte { return make([]byte, 16<<10) }
