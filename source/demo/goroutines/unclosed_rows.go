package goroutines

import (
	"context"
	"database/sql"
	"net/http"
	"strconv"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var unclosedRows = shop.Scenario{
	Name:  "unclosed-rows",
	Kind:  shop.Leak,
	About: "the rows of a query are never closed, which costs a goroutine and a connection: 2 per second",
	Want: shop.Want{
		Kind: shop.GrowsGoroutines, Function: packagePrefix + "(*orderStore).latest",
		Signature: "unclosed-rows", StackSignature: "unclosed-rows", PerSecond: 2,
	},
	Start: func(ctx context.Context, e *shop.Environment) {
		store := &orderStore{service: ctx, db: sql.OpenDB(ordersDB{})}
		e.HandlePage("GET /orders/latest", store.handleLatest)
		e.SendRequests(ctx, shop.RequestLoad{Path: "/orders/latest", Every: time.Second / 2, Keeps: 16 << 10})
		e.AtEnd(func() { _ = store.db.Close() })
	},
}

type orderStore struct {
	service context.Context // outlives a request: queries are never aborted
	db      *sql.DB
}

func (s *orderStore) handleLatest(w http.ResponseWriter, _ *http.Request) {
	id, err := s.latest()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(strconv.AppendInt(nil, id, 10))
}

func (s *orderStore) latest() (id int64, err error) {
	rows, err := s.db.QueryContext(s.service, "select id from orders order by id desc")
	if err != nil {
		return 0, err
	}
	if rows.Next() {
		err = rows.Scan(&id)
		return id, err // with the rows open
	}
	return 0, rows.Err()
}
