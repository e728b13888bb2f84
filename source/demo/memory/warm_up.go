package memory

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var warmUp = shop.Scenario{
	Name:  "warm-up",
	Kind:  shop.LookAlike,
	About: "templates are compiled on first use: 512 KiB per second for a minute, until all are",
	Want:  wantHeap("(*templates).compile", "filled"),
	Start: func(ctx context.Context, e *shop.Environment) {
		t := &templates{compiled: map[int][]byte{}}
		e.HandlePage("GET /pages/{n}", t.handlePage)
		e.SendRequests(ctx, shop.RequestLoad{Path: "/pages/{n}", Every: time.Second / 32})
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
