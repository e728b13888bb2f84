package leak

import (
	"context"
	"crypto/tls"
	"database/sql"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"
)

// startLibraries leaks through libraries, first those of the standard library.
func startLibraries() {
	db := sql.OpenDB(connector{})
	db.SetMaxOpenConns(1)
	ctx, cancel := context.WithCancel(context.Background())
	keep(cancel)
	for range 200 {
		keep(registerAfter(ctx))
		keep(chainContext(ctx))
	}
	prepared := sql.OpenDB(connector{})
	for range 20 {
		keep(prepareStatement(prepared))
	}
	keep(takeConn(db))
	go waitForConn(db)
	go waitForFlight(new(singleflight.Group))
	go waitForSemaphore(semaphore.NewWeighted(1))
	go waitForGroup(new(errgroup.Group))
	go waitForSlot(new(errgroup.Group))
	startSilentClient()
	startHTTP2()
	runtime.SetFinalizer(&entry{}, blockFinalizer)
	runtime.GC()
}

//go:noinline
func registerAfter(ctx context.Context) func() bool { return context.AfterFunc(ctx, func() {}) }

type chainKey struct{}

//go:noinline
func chainContext(ctx context.Context) context.Context {
	return context.WithValue(ctx, chainKey{}, "value")
}

//go:noinline
func prepareStatement(db *sql.DB) *sql.Stmt {
	st, err := db.PrepareContext(context.Background(), "select")
	if err != nil {
		panic(err)
	}
	return st
}

func takeConn(db *sql.DB) *sql.Conn {
	c, err := db.Conn(context.Background())
	if err != nil {
		panic(err)
	}
	return c
}

func waitForConn(db *sql.DB) { _ = db.PingContext(context.Background()) }

func waitForFlight(g *singleflight.Group) {
	inFlight := make(chan struct{})
	go func() {
		_, _, _ = g.Do("key", func() (any, error) {
			close(inFlight)
			select {}
		})
	}()
	<-inFlight
	_, _, _ = g.Do("key", func() (any, error) { return nil, nil })
}

func waitForSemaphore(s *semaphore.Weighted) {
	_ = s.Acquire(context.Background(), 1)
	_ = s.Acquire(context.Background(), 1)
}

func waitForSlot(g *errgroup.Group) {
	g.SetLimit(1)
	g.Go(func() error { sleepLong(); return nil })
	g.Go(func() error { return nil })
}

func waitForGroup(g *errgroup.Group) {
	g.Go(func() error { select {} })
	_ = g.Wait()
}

// startSilentClient connects to a server and sends nothing.
func startSilentClient() {
	srv := httptest.NewServer(http.NotFoundHandler())
	keep(srv)
	if c, err := net.Dial("tcp", srv.Listener.Addr().String()); err == nil {
		keep(c)
	}
}

// startHTTP2 leaves the body of an HTTP/2 response open.
func startHTTP2() {
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 8<<20)) }))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	keep(srv)
	client := &http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} //nolint:gosec // test client
	if resp, err := client.Get(srv.URL); err == nil {
		keep(resp)
	}
}

func blockFinalizer(*entry) { select {} }
