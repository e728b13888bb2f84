package memory

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var growingBuffer = shop.Scenario{
	Name:  "growing-buffer",
	Kind:  shop.Leak,
	About: "a bytes.Buffer is written to and never reset, and keeps doubling: 256 KiB per second",
	Want:  wantHeap("(*journal).line", "buffer-never-reset").WithRate(8 * 6553 * 5),
	Start: func(ctx context.Context, e *shop.Environment) {
		j := &journal{}
		e.HandlePage("POST /journal", j.handleEntry)
		// Three times what is added: while the buffer doubles, both arrays exist.
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/journal", Every: time.Second / 8, Keeps: 3 * 32 << 10})
		e.AtEnd(j.dropText)
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
