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
	Want:  onHeap("(*journal).line", "buffer-never-reset").at(8 * 6553 * 5),
	start: func(ctx context.Context, e *env) {
		j := &journal{}
		e.handle("POST /journal", j.note)
		// Three times what is added: while the buffer doubles, both arrays exist.
		e.load(ctx, load{method: http.MethodPost, path: "/journal", every: time.Second / 8, keeps: 3 * 32 << 10})
		e.atEnd(j.clear)
	},
}

type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) note(w http.ResponseWriter, r *http.Request) {
	entry := strings.Repeat(r.Method+" ", 32<<10/5)
	j.line(entry)
	w.WriteHeader(http.StatusAccepted)
}

func (j *journal) line(entry string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.text.WriteString(entry)
}

func (j *journal) clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.text = bytes.Buffer{}
}
