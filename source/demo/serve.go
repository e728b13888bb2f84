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

	"github.com/leaktop/leaktop/source/demo/shop"
)

// serve runs the sample service with the given scenarios until ctx ends. Then it
// undoes them as far as possible: a goroutine in an endless sleep lasts until the
// process ends.
//
// addr is HOST:PORT. ":PORT" listens on the loopback address only, since profiles
// are private, and port 0 chooses a free one. ready, if not nil, is called with the
// service's URL once it serves. serve fails if it cannot listen on addr or can no
// longer serve.
func serve(ctx context.Context, addr string, scenarios []shop.Scenario, ready func(url string)) error {
	if strings.HasPrefix(addr, ":") {
		addr = "127.0.0.1" + addr
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("serve the sample service on %s: %w", addr, err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	e := shop.NewEnvironment("http://" + listener.Addr().String())
	server := &http.Server{Handler: e.Handler(), ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()

	registerDebug(e)
	e.HandlePage("GET /{$}", indexHandler(e, scenarios))
	e.HandlePage("GET /pace", e.ServePace)
	startTraffic(ctx, e)
	for _, s := range scenarios {
		s.Start(ctx, e)
	}
	err = e.Err()
	if err == nil {
		if ready != nil {
			ready(e.URL)
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
func registerDebug(e *shop.Environment) {
	e.HandlePage("/debug/pprof/", pprof.Index)
	e.HandlePage("/debug/pprof/cmdline", pprof.Cmdline)
	e.HandlePage("/debug/pprof/profile", pprof.Profile)
	e.HandlePage("/debug/pprof/symbol", pprof.Symbol)
	e.HandlePage("/debug/pprof/trace", pprof.Trace)
	e.HandlePage("/debug/vars", expvar.Handler().ServeHTTP)
}

// shutDown waits for the traffic to end, gives pending requests a moment, wakes
// blocked goroutines, and closes the server.
func shutDown(server *http.Server, e *shop.Environment) {
	e.EndTraffic()
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	_ = server.Shutdown(ctx) // fails if handlers are blocked; e.UndoAll wakes them
	e.UndoAll()
	_ = server.Close() // nothing depends on it any more
}
