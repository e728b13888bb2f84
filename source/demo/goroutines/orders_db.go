package goroutines

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
)

// ordersDB is an in-memory database with one table of one column, which is enough
// for package database/sql to behave as with a real one.
type ordersDB struct{}

func (d ordersDB) Connect(context.Context) (driver.Conn, error) { return ordersConn{}, nil }
func (d ordersDB) Driver() driver.Driver                        { return d }
func (d ordersDB) Open(string) (driver.Conn, error)             { return ordersConn{}, nil }

type ordersConn struct{}

var errReadOnly = errors.New("the orders database only answers queries")

func (ordersConn) Prepare(string) (driver.Stmt, error) { return nil, errReadOnly }
func (ordersConn) Begin() (driver.Tx, error)           { return nil, errReadOnly }
func (ordersConn) Close() error                        { return nil }

func (ordersConn) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	return &ordersRows{left: 100}, nil
}

type ordersRows struct {
	left int64
}

func (r *ordersRows) Columns() []string { return []string{"id"} }
func (r *ordersRows) Close() error      { return nil }

func (r *ordersRows) Next(row []driver.Value) error {
	if r.left == 0 {
		return io.EOF
	}
	row[0] = r.left
	r.left--
	return nil
}
