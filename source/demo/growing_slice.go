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
	Want:  wantHeap("(*auditTrail).record", "unbounded-collection").withRate(129 << 10),
	start: func(ctx context.Context, e *environment) {
		trail := &auditTrail{}
		e.handlePage("POST /orders", trail.handleOrder)
		e.sendRequests(ctx, requestLoad{method: http.MethodPost, path: "/orders", body: 8 << 10, every: time.Second / 16, keeps: 8 << 10})
		e.atEnd(trail.dropEntries)
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

func (t *auditTrail) handleOrder(w http.ResponseWriter, r *http.Request) {
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

func (t *auditTrail) dropEntries() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.entries = nil
}
