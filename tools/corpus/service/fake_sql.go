package service

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"io"

	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"
)

// fakeDB is a database whose every query has no rows.
type fakeDB struct{}

func openFake() *sql.DB {
	db := sql.OpenDB(fakeDB{})
	db.SetMaxOpenConns(4)
	return db
}

func (fakeDB) Connect(context.Context) (driver.Conn, error) { return fakeConn{}, nil }
func (fakeDB) Driver() driver.Driver                        { return nil }

type fakeConn struct{}

func (fakeConn) Prepare(q string) (driver.Stmt, error) { return &fakeStmt{query: q}, nil }
func (fakeConn) Close() error                          { return nil }
func (fakeConn) Begin() (driver.Tx, error)             { return nil, driver.ErrSkip }

type fakeStmt struct{ query string }

func (*fakeStmt) Close() error                               { return nil }
func (*fakeStmt) NumInput() int                              { return -1 }
func (*fakeStmt) Exec([]driver.Value) (driver.Result, error) { return driver.ResultNoRows, nil }
func (*fakeStmt) Query([]driver.Value) (driver.Rows, error)  { return noRows{}, nil }

type noRows struct{}

func (noRows) Columns() []string         { return []string{"n"} }
func (noRows) Close() error              { return nil }
func (noRows) Next([]driver.Value) error { return io.EOF }

// fakeDialector lets gorm use the fake database.
type fakeDialector struct{}

func (fakeDialector) Name() string { return "fake" }

func (fakeDialector) Initialize(db *gorm.DB) error {
	db.ConnPool = openFake()
	callbacks.RegisterDefaultCallbacks(db, &callbacks.Config{})
	return nil
}

func (fakeDialector) Migrator(*gorm.DB) gorm.Migrator                     { return nil }
func (fakeDialector) DataTypeOf(*schema.Field) string                     { return "" }
func (fakeDialector) DefaultValueOf(*schema.Field) clause.Expression      { return nil }
func (fakeDialector) BindVarTo(w clause.Writer, _ *gorm.Statement, _ any) { _ = w.WriteByte('?') }
func (fakeDialector) QuoteTo(w clause.Writer, s string)                   { _, _ = w.WriteString(s) }

func (fakeDialector) Explain(s string, vars ...any) string {
	return logger.ExplainSQL(s, nil, `'`, vars...)
}
