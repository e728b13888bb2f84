package demo

import (
	"context"
	"net/http"
	"sync"
	"time"
)

var workerPool = Scenario{
	Name:  "worker-pool",
	Kind:  LookAlike,
	About: "a pool adds a worker per second, each with a 256 KiB buffer, up to 64",
	Want:  wantGoroutines("(*printers).print", "filled"),
	start: func(ctx context.Context, e *environment) {
		p := &printers{jobs: make(chan []byte)}
		e.handlePage("POST /labels", p.handleLabel)
		e.sendRequests(ctx, requestLoad{method: http.MethodPost, path: "/labels", every: time.Second})
		e.atEnd(p.stopAll)
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
