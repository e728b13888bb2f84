package demo

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"sync"
	"time"
)

var growingBuffer = Scenario{
	Name:  "growing-buffer",
	Kind:  Leak,
	About: "a bytes.Buffer is written to and never reset, and keeps doubling: 256 KiB per second",
	Want:  wantHeap("(*journal).line", "buffer-never-reset").withRate(8 * 6553 * 5),
	start: func(ctx context.Context, e *environment) {
		j := &journal{}
		e.handlePage("POST /journal", j.handleEntry)
		// Three times what is added: while the buffer doubles, both arrays exist.
		e.sendRequests(ctx, requestLoad{method: http.MethodPost, path: "/journal", every: time.Second / 8, keeps: 3 * 32 << 10})
		e.atEnd(j.dropText)
	},
}

type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) handleEntry(w http.ResponseWriter, r *http.Request) {
	entry := strings.Repeat(r.Method+" ", 32<<10/5)
	j.line(entry)
	w.WriteHeader(http.StatusAccepted)
}

func (j *journal) line(entry string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.text.WriteString(entry)
}

func (j *journal) dropText() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.text = bytes.Buffer{}
}
