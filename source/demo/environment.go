package demo

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// environment is the environment that the service provides to its scenarios.
type environment struct {
	mux    *http.ServeMux
	url    string       // URL of the service, without a trailing slash
	client *http.Client // the customers' client
	bound  *bound
	jobs   sync.WaitGroup // goroutines that end with the context
	undo   []func()
	err    error // why a scenario could not start
	began  time.Time
	pace   float64 // intended rate of growth of all leaks, in times per second
}

func newEnvironment(url string) *environment {
	return &environment{
		mux: http.NewServeMux(),
		url: url,
		client: &http.Client{Transport: &http.Transport{
			MaxIdleConnsPerHost: 64,
			IdleConnTimeout:     time.Minute,
		}},
		bound: newBound(), began: time.Now(),
	}
}

// handlePage registers a page of the shop.
func (e *environment) handlePage(pattern string, h http.HandlerFunc) {
	e.mux.HandleFunc(pattern, h)
}

// runEvery calls do at intervals of d until ctx ends.
func (e *environment) runEvery(ctx context.Context, d time.Duration, do func()) {
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

// declareLeak declares that a leak grows at intervals of d, if the machine keeps
// up.
func (e *environment) declareLeak(d time.Duration) { e.pace += 1 / d.Seconds() }

// servePace serves how often leaks have grown and how often they should have, from
// which tests compute the true rate.
func (e *environment) servePace(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintf(w, "%d %.3f\n", e.bound.countReserved(), e.pace*time.Since(e.began).Seconds())
}

// atEnd registers a function that releases what a scenario retains. The last one
// registered runs first.
func (e *environment) atEnd(undo func()) {
	e.undo = append(e.undo, undo)
}

// startSupplier starts another service that the shop calls, and returns its URL. It
// closes connections that have been idle for the given time, or never if it is 0.
func (e *environment) startSupplier(ctx context.Context, idle time.Duration, h http.HandlerFunc) string {
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

// undoAll releases what the scenarios retain. The traffic must have ended.
func (e *environment) undoAll() {
	for i := len(e.undo) - 1; i >= 0; i-- {
		e.undo[i]()
	}
}
