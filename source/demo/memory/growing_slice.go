package memory

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var growingSlice = shop.Scenario{
	Name:  "growing-slice",
	Kind:  shop.Leak,
	About: "a slice that lives as long as the service keeps every order: 128 KiB per second",
	Want:  wantHeap("(*auditTrail).record", "unbounded-collection").WithRate(129 << 10),
	Start: func(ctx context.Context, e *shop.Environment) {
		trail := &auditTrail{}
		e.HandlePage("POST /orders", trail.handleOrder)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/orders", Body: 8 << 10, Every: time.Second / 16, Keeps: 8 << 10})
		e.AtEnd(trail.dropEntries)
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
