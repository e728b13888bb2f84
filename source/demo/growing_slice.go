package demo

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

var growingSlice = Scenario{
	Name:  "growing-slice",
	Kind:  Leak,
	About: "a slice that lives as long as the service keeps every order: 128 KiB per second",
	Want:  onHeap("(*auditTrail).record", "unbounded-collection").at(129 << 10),
	start: func(ctx context.Context, e *env) {
		trail := &auditTrail{}
		e.handle("POST /orders", trail.order)
		e.load(ctx, load{method: http.MethodPost, path: "/orders", body: 8 << 10, every: time.Second / 16, keeps: 8 << 10})
		e.atEnd(trail.clear)
	},
}

// auditTrail is kept for auditors who never come.
type auditTrail struct {
	mu      sync.Mutex
	entries []*auditEntry
}

type auditEntry struct {
	at    time.Time
	order []byte
}

func (t *auditTrail) order(w http.ResponseWriter, r *http.Request) {
	if err := t.record(r.Body, r.ContentLength); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

func (t *auditTrail) record(body io.Reader, size int64) error {
	entry := &auditEntry{at: time.Now(), order: make([]byte, size)}
	if _, err := io.ReadFull(body, entry.order); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.entries = append(t.entries, entry)
	return nil
}

func (t *auditTrail) clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.entries = nil
}
