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
	Want:  onGoroutines("(*exporter).write", "range-over-unclosed-channel").at(2),
	start: func(ctx context.Context, e *env) {
		exp := &exporter{}
		e.handle("POST /exports", exp.export)
		e.load(ctx, load{method: http.MethodPost, path: "/exports", every: time.Second / 2, keeps: 8 << 10})
		e.atEnd(func() { exp.begun.each(func(s *sheet) { close(s.rows) }) })
	},
}

type exporter struct {
	begun loose[sheet]
}

type sheet struct {
	rows  chan string
	bytes int
}

func (x *exporter) export(w http.ResponseWriter, _ *http.Request) {
	s := &sheet{rows: make(chan string)}
	x.begun.add(s)
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
