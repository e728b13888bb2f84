package memory

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var pinnedBlock = shop.Scenario{
	Name:  "pinned-block",
	Kind:  shop.Leak,
	About: "a 12-byte subslice of each document is kept, which retains the whole document: 512 KiB per second",
	Want:  wantHeap("(*invoices).number", "subslice-pins-block").WithRate(512 << 10),
	Start: func(ctx context.Context, e *shop.Environment) {
		inv := &invoices{}
		e.HandlePage("POST /invoices", inv.handleInvoice)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/invoices", Body: 128 << 10, Every: time.Second / 4, Keeps: 128 << 10})
		e.AtEnd(inv.dropNumbers)
	},
}

type invoices struct {
	mu      sync.Mutex
	numbers [][]byte
}

func (i *invoices) handleInvoice(w http.ResponseWriter, r *http.Request) {
	if err := i.number(r.Body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

func (i *invoices) number(body io.Reader) error {
	document := make([]byte, 128<<10)
	if _, err := io.ReadFull(body, document); err != nil {
		return err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.numbers = append(i.numbers, document[16:28])
	return nil
}

func (i *invoices) dropNumbers() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.numbers = nil
}
