package goroutines

import (
	"context"
	"net/http"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var rangeUnclosed = shop.Scenario{
	Name:  "range-unclosed",
	Kind:  shop.Leak,
	About: "goroutines range over a channel that is never closed: 2 per second",
	Want:  wantGoroutines("(*exporter).write", "range-over-unclosed-channel").WithRate(2),
	Start: func(ctx context.Context, e *shop.Environment) {
		exp := &exporter{}
		e.HandlePage("POST /exports", exp.handleExport)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/exports", Every: time.Second / 2, Keeps: 8 << 10})
		e.AtEnd(func() { exp.begun.ForEach(func(s *sheet) { close(s.rows) }) })
	},
}

type exporter struct {
	begun shop.WeakSet[sheet]
}

type sheet struct {
	rows  chan string
	bytes int
}

func (e *exporter) handleExport(w http.ResponseWriter, _ *http.Request) {
	s := &sheet{rows: make(chan string)}
	e.begun.Add(s)
	go e.write(s)
	for _, row := range []string{"id;name", "1;tea", "2;coffee"} {
		s.rows <- row
	}
	w.WriteHeader(http.StatusNoContent)
}

func (e *exporter) write(s *sheet) {
	for row := range s.rows {
		s.bytes += len(row)
	}
}
