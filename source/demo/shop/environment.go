package shop

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Environment is the environment that the service provides to its scenarios.
type Environment struct {
	URL string // URL of the service, without a trailing slash

	mux    *http.ServeMux
	client *http.Client // the customers' client
	bound  *bound
	jobs   sync.WaitGroup // goroutines that end with the context
	undo   []func()
	err    error // why a scenario could not start
	began  time.Time
	pace   float64 // intended rate of growth of all leaks, in times per second
}

// NewEnvironment returns the environment of a service with the given URL, which has
// no trailing slash.
func NewEnvironment(url string) *Environment {
	return &Environment{
		URL: url,
		mux: http.NewServeMux(),
		client: &http.Client{Transport: &http.Transport{
			MaxIdleConnsPerHost: 64,
			IdleConnTimeout:     time.Minute,
		}},
		bound: newBound(), began: time.Now(),
	}
}

// HandlePage registers a page of the shop.
func (e *Environment) HandlePage(pattern string, h http.HandlerFunc) {
	e.mux.HandleFunc(pattern, h)
}

// Handler returns the handler of all pages.
func (e *Environment) Handler() http.Handler { return e.mux }

// Err returns why a scenario could not start, or nil.
func (e *Environment) Err() error { return e.err }

// Reserve reserves bytes and file descriptors that a scenario is about to retain. It
// returns false if that would exceed a bound; then the scenario pauses.
func (e *Environment) Reserve(memory int64, files int) bool { return e.bound.reserve(memory, files) }

// Usage returns what the scenarios retain.
func (e *Environment) Usage() Usage { return e.bound.usage() }

// RunEvery calls do at intervals of d until ctx ends.
func (e *Environment) RunEvery(ctx context.Context, d time.Duration, do func()) {
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

// DeclareLeak declares that a leak grows at intervals of d, if the machine keeps
// up.
func (e *Environment) DeclareLeak(d time.Duration) { e.pace += 1 / d.Seconds() }

// ServePace serves how often leaks have grown and how often they should have, from
// which tests compute the true rate.
func (e *Environment) ServePace(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintf(w, "%d %.3f\n", e.bound.countReserved(), e.pace*time.Since(e.began).Seconds())
}

// AtEnd registers a function that releases what a scenario retains. The last one
// registered runs first.
func (e *Environment) AtEnd(undo func()) {
	e.undo = append(e.undo, undo)
}

// StartSupplier starts another service that the shop calls, and returns its URL. It
// closes connections that have been idle for the given time, or never if it is 0.
func (e *Environment) StartSupplier(ctx context.Context, idle time.Duration, h http.HandlerFunc) string {
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

// EndTraffic waits for the traffic, whose context must have ended, and closes the
// customers' connections.
func (e *Environment) EndTraffic() {
	e.jobs.Wait()
	e.client.CloseIdleConnections()
}

// UndoAll releases what the scenarios retain. The traffic must have ended.
func (e *Environment) UndoAll() {
	for i := len(e.undo) - 1; i >= 0; i-- {
		e.undo[i]()
	}
}
