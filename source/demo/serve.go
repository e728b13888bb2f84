package demo

import (
	"context"
	"expvar"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"strings"
	"time"
)

// Serve runs the sample service with the given scenarios until ctx ends. Then it
// undoes them as far as possible: a goroutine in an endless sleep lasts until the
// process ends.
//
// addr is HOST:PORT. ":PORT" listens on the loopback address only, since profiles
// are private, and port 0 chooses a free one. ready, if not nil, is called with the
// service's URL once it serves. Serve fails if it cannot listen on addr or can no
// longer serve.
func Serve(ctx context.Context, addr string, scenarios []Scenario, ready func(url string)) error {
	if strings.HasPrefix(addr, ":") {
		addr = "127.0.0.1" + addr
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("serve the sample service on %s: %w", addr, err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	e := newEnvironment("http://" + listener.Addr().String())
	server := &http.Server{Handler: e.mux, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()

	registerDebug(e.mux)
	e.handlePage("GET /{$}", indexHandler(e, scenarios))
	e.handlePage("GET /pace", e.servePace)
	startTraffic(ctx, e)
	for _, s := range scenarios {
		s.start(ctx, e)
	}
	err = e.err
	if err == nil {
		if ready != nil {
			ready(e.url)
		}
		select {
		case <-ctx.Done():
		case err = <-failed:
		}
	}
	cancel()
	shutDown(server, e)
	if err != nil {
		return fmt.Errorf("serve the sample service on %s: %w", addr, err)
	}
	return nil
}

// registerDebug registers pprof and expvar handlers in the usual way.
func registerDebug(mux *http.ServeMux) {
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	mux.Handle("/debug/vars", expvar.Handler())
}

// shutDown waits for the traffic to end, gives pending requests a moment, wakes
// blocked goroutines, and closes the server.
func shutDown(server *http.Server, e *environment) {
	e.jobs.Wait()
	e.client.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	_ = server.Shutdown(ctx) // fails if handlers are blocked; e.end wakes them
	e.undoAll()
	_ = server.Close() // nothing depends on it any more
}
