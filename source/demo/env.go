package demo

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// env is what the service gives a scenario to work with.
type env struct {
	mux    *http.ServeMux
	url    string       // of the service itself, without a slash at the end
	client *http.Client // the customers' client
	bound  *bound
	jobs   sync.WaitGroup // what ends by itself when the context does
	undo   []func()
	err    error // why a scenario could not start
	began  time.Time
	pace   float64 // how often a second something is to be kept
}

func newEnv(url string) *env {
	return &env{
		mux: http.NewServeMux(),
		url: url,
		client: &http.Client{Transport: &http.Transport{
			MaxIdleConnsPerHost: 64,
			IdleConnTimeout:     time.Minute,
		}},
		bound: newBound(), began: time.Now(),
	}
}

// handle serves a page of the shop.
func (e *env) handle(pattern string, h http.HandlerFunc) {
	e.mux.HandleFunc(pattern, h)
}

// every does something again and again until ctx ends.
func (e *env) every(ctx context.Context, d time.Duration, do func()) {
	e.jobs.Go(func() {
		tick := time.NewTicker(d)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				do()
			}
		}
	})
}

// leaksEvery says that a leak grows by one at each of these times, if the
// machine keeps up.
func (e *env) leaksEvery(d time.Duration) { e.pace += 1 / d.Seconds() }

// paceOf answers with how often the leaks grew, and how often they should have:
// what their true rate is measured by.
func (e *env) paceOf(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintf(w, "%d %.3f\n", e.bound.times(), e.pace*time.Since(e.began).Seconds())
}

// atEnd names what sets free what a scenario holds; the last named is done first.
func (e *env) atEnd(undo func()) {
	e.undo = append(e.undo, undo)
}

// supplier starts another service that the shop asks, and returns its URL. It
// closes connections that were idle for the given time; 0 is never.
func (e *env) supplier(ctx context.Context, idle time.Duration, h http.HandlerFunc) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		e.err = fmt.Errorf("start a supplier: %w", err)
		return ""
	}
	server := &http.Server{Handler: h, IdleTimeout: idle, ReadHeaderTimeout: 10 * time.Second}
	e.jobs.Go(func() { _ = server.Serve(listener) })
	context.AfterFunc(ctx, func() { _ = server.Close() })
	return "http://" + listener.Addr().String()
}

// end undoes what the scenarios hold, after the traffic has ended.
func (e *env) end() {
	for i := len(e.undo) - 1; i >= 0; i-- {
		e.undo[i]()
	}
}
