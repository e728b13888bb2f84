package demo

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

var pinnedBlock = Scenario{
	Name:  "pinned-block",
	Kind:  Leak,
	About: "a 12-byte subslice of each document is kept, which retains the whole document: 512 KiB per second",
	Want:  wantHeap("(*invoices).number", "subslice-pins-block").withRate(512 << 10),
	start: func(ctx context.Context, e *environment) {
		inv := &invoices{}
		e.handlePage("POST /invoices", inv.handleInvoice)
		e.sendRequests(ctx, requestLoad{method: http.MethodPost, path: "/invoices", body: 128 << 10, every: time.Second / 4, keeps: 128 << 10})
		e.atEnd(inv.dropNumbers)
	},
}

type invoices struct {
	mu      sync.Mutex
	numbers [][]byte
}

func (v *invoices) handleInvoice(w http.ResponseWriter, r *http.Request) {
	if err := v.number(r.Body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

func (v *invoices) number(body io.Reader) error {
	document := make([]byte, 128<<10)
	if _, err := io.ReadFull(body, document); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.numbers = append(v.numbers, document[16:28])
	return nil
}

func (v *invoices) dropNumbers() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.numbers = nil
}
