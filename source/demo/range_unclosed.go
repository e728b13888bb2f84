package demo

import (
	"context"
	"net/http"
	"time"
)

var rangeUnclosed = Scenario{
	Name:  "range-unclosed",
	Kind:  Leak,
	About: "goroutines range over a channel that is never closed: 2 per second",
	Want:  wantGoroutines("(*exporter).write", "range-over-unclosed-channel").withRate(2),
	start: func(ctx context.Context, e *environment) {
		exp := &exporter{}
		e.handlePage("POST /exports", exp.handleExport)
		e.sendRequests(ctx, requestLoad{method: http.MethodPost, path: "/exports", every: time.Second / 2, keeps: 8 << 10})
		e.atEnd(func() { exp.begun.forEach(func(s *sheet) { close(s.rows) }) })
	},
}

type exporter struct {
	begun weakSet[sheet]
}

type sheet struct {
	rows  chan string
	bytes int
}

func (x *exporter) handleExport(w http.ResponseWriter, _ *http.Request) {
	s := &sheet{rows: make(chan string)}
	x.begun.addWeak(s)
	go x.write(s)
	for _, row := range []string{"id;name", "1;tea", "2;coffee"} {
		s.rows <- row
	}
	w.WriteHeader(http.StatusNoContent)
}

func (x *exporter) write(s *sheet) {
	for row := range s.rows {
		s.bytes += len(row)
	}
}
