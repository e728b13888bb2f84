package goroutines

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var workerPool = shop.Scenario{
	Name:  "worker-pool",
	Kind:  shop.LookAlike,
	About: "a pool adds a worker per second, each with a 256 KiB buffer, up to 64",
	Want:  wantGoroutines("(*printers).print", "filled"),
	Start: func(ctx context.Context, e *shop.Environment) {
		p := &printers{jobs: make(chan []byte)}
		e.HandlePage("POST /labels", p.handleLabel)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/labels", Every: time.Second})
		e.AtEnd(p.stopAll)
	},
}

const maxPrinters = 64

type printers struct {
	jobs    chan []byte
	mu      sync.Mutex
	running int
	working sync.WaitGroup
}

func (p *printers) handleLabel(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	if p.running < maxPrinters {
		p.running++
		p.working.Go(p.print)
	}
	p.mu.Unlock()
	p.jobs <- []byte(r.URL.Path)
	w.WriteHeader(http.StatusAccepted)
}

func (p *printers) print() {
	buffer := make([]byte, 256<<10)
	for job := range p.jobs {
		copy(buffer, job)
	}
}

func (p *printers) stopAll() {
	close(p.jobs)
	p.working.Wait()
}
