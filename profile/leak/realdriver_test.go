package leak

import (
	"context"
	"database/sql/driver"
	"errors"
)

// connector is a database driver whose queries return an endless number of
// rows.
type connector struct{}

func (connector) Connect(context.Context) (driver.Conn, error) { return conn{}, nil }
func (connector) Driver() driver.Driver                        { return nil }

type conn struct{}

func (conn) Prepare(string) (driver.Stmt, error) { return stmt{}, nil }
func (conn) Close() error                        { return nil }
func (conn) Begin() (driver.Tx, error)           { return tx{}, nil }

type tx struct{}

func (tx) Commit() error   { return nil }
func (tx) Rollback() error { return nil }

type stmt struct{}

func (stmt) Close() error                               { return nil }
func (stmt) NumInput() int                              { return 0 }
func (stmt) Exec([]driver.Value) (driver.Result, error) { return nil, errors.ErrUnsupported }
func (stmt) Query([]driver.Value) (driver.Rows, error)  { return endless{}, nil }

type endless struct{}

func (endless) Columns() []string           { return []string{"a"} }
func (endless) Close() error                { return nil }
func (endless) Next(v []driver.Value) error { v[0] = "x"; return nil }
