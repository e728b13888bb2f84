package source

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/source/kube/kubetest"
	"github.com/leaktop/leaktop/source/target"
)

func TestMain(m *testing.M) {
	eventually.RunMoreInParallel(4)
	goleak.VerifyTestMain(m, kubetest.IgnoredLeaks()...)
}

// pprofMux serves net/http/pprof as importing it does.
func pprofMux() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}

// startServer runs a server until the test ends.
func startServer(t *testing.T, h http.Handler) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

// openTarget opens a target as the command line does.
func openTarget(t *testing.T, arg string, o Options) *HTTP {
	t.Helper()
	parsed, err := target.Parse(arg)
	if err != nil {
		t.Fatal(err)
	}
	src, err := Open(t.Context(), parsed, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = src.Close() })
	return src.(*HTTP)
}

// patience is how long to wait for something that must happen, on a busy machine too.
const patience = eventually.Patience

// watcher collects what a source sends.
type watcher struct {
	t    *testing.T
	src  Source
	stop func()

	mu  sync.Mutex
	all []Message
	new chan struct{}
}

// startWatch watches src until the test ends or stop is called.
func startWatch(t *testing.T, src Source) *watcher {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	w := &watcher{t: t, src: src, new: make(chan struct{}, 1)}
	done := make(chan error, 1)
	go func() {
		done <- src.Watch(ctx, func(m Message) {
			if c, ok := m.(Capture); ok { // the source reads the next body into the same memory
				c.Data = bytes.Clone(c.Data)
				m = c
			}
			w.mu.Lock()
			w.all = append(w.all, m)
			w.mu.Unlock()
			select {
			case w.new <- struct{}{}:
			default:
			}
		})
	}()
	w.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Watch: %v, want nil at the end of ctx", err)
		}
	})
	t.Cleanup(w.stop)
	return w
}

// unwrapMessage returns a message as the type that it wraps in another package.
func unwrapMessage(m Message) any {
	switch m := m.(type) {
	case Capture:
		return m.Capture
	case Reading:
		return m.Reading
	case Event:
		return m.Event
	case Facts:
		return m.Facts
	case Diagnostic:
		return m.Diagnostic
	}
	return m
}

// messagesOf returns the messages of type T so far.
func messagesOf[T any](w *watcher) []T {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []T
	for _, m := range w.all {
		if m, ok := unwrapMessage(m).(T); ok {
			out = append(out, m)
		}
	}
	return out
}

// awaitMessage waits until a message of type T satisfies want.
func awaitMessage[T any](w *watcher, what string, want func(T) bool) T {
	w.t.Helper()
	return awaitN(w, 1, what, want)
}

// awaitN waits for the nth such message.
func awaitN[T any](w *watcher, n int, what string, want func(T) bool) T {
	w.t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		left := n
		for _, m := range messagesOf[T](w) {
			if want(m) {
				if left--; left == 0 {
					return m
				}
			}
		}
		select {
		case <-w.new:
		case <-limit.C:
			w.t.Fatalf("did not receive %s; last status: %s", what, lastStatus(w))
		}
	}
}

func lastStatus(w *watcher) string {
	all := messagesOf[Status](w)
	if len(all) == 0 {
		return "none"
	}
	var lines []string
	for _, e := range all[len(all)-1].Endpoints {
		line := e.Path + " wait " + e.Wait.String()
		if e.Err != nil {
			line += ": " + e.Err.Error()
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// endpointAt returns the row of a status for an endpoint, by its path.
func endpointAt(s Status, from string) Endpoint {
	for _, e := range s.Endpoints {
		if e.Path == from {
			return e
		}
	}
	return Endpoint{}
}
