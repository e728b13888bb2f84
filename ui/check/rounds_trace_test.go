//go:build unix

package check

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/trace"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/e2e/eventually"
)

// branch is a service that requests prices from another one, each with a new client
// whose connection stays open: two goroutines per request, with none of the service's
// functions on their stacks.
type branch struct {
	hq     *httptest.Server
	loads  int
	priced chan struct{} // closed when the second load has requested all prices
}

func newBranch(t *testing.T) *branch {
	b := &branch{priced: make(chan struct{}), hq: httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "7")
	}))}
	t.Cleanup(b.hq.Close)
	return b
}

//go:noinline
func (b *branch) price() error {
	client := &http.Client{Transport: &http.Transport{}}
	resp, err := client.Get(b.hq.URL)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return errors.Join(err, resp.Body.Close())
}

// prices is the number of prices that a load requests.
const prices = 12

// parkedConnections counts the waiting goroutines of client connections.
func parkedConnections() int {
	b := make([]byte, 4<<20)
	n := 0
	for stack := range strings.SplitSeq(string(b[:runtime.Stack(b, true)]), "\n\n") {
		header, _, _ := strings.Cut(stack, "\n")
		if strings.Contains(stack, "net/http.(*persistConn).") && !strings.Contains(header, "[run") { // running, runnable
			n++
		}
	}
	return n
}

// load requests prices. The second load waits until traced returns true.
func (b *branch) load(t *testing.T, traced func() bool) {
	b.loads++
	if b.loads == 2 {
		eventually.Wait(traced)
	}
	for range prices {
		if err := b.price(); err != nil {
			t.Error(err)
		}
	}
	if b.loads == 2 {
		close(b.priced)
	}
}

// serveTrace is like [pprof.Trace], but ends when the second load has finished.
func (b *branch) serveTrace(w http.ResponseWriter, r *http.Request) {
	if err := trace.Start(w); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer trace.Stop()
	select {
	case <-b.priced:
		eventually.Wait(func() bool { return parkedConnections() >= 2*prices })
	case <-r.Context().Done():
	}
}

// If goroutines stay after the first load and their stacks do not show what starts them,
// a trace is taken during the second load, if --cost allows it.
func TestCreatorsUnderLoad(t *testing.T) {
	for _, tt := range []struct {
		name     string
		cost     float64
		function string
		warning  string
	}{
		{"allowed", 0.01, "check.(*branch).price", ""},
		{"too expensive", 0.001, "", "would exceed --cost"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBranch(t)
			routes := realPprof()
			routes["/debug/pprof/trace"] = b.serveTrace
			routes["/load"] = func(http.ResponseWriter, *http.Request) {
				b.load(t, func() bool { return tt.warning != "" || trace.IsEnabled() })
			}
			code, d, out := runLoadCheck(t, routes, tt.cost)
			if code != ExitLeak || len(d.Suspects) == 0 {
				t.Fatalf("exit code %d: %s", code, out)
			}
			// If no function is wanted, the heap profile may still suggest one,
			// depending on its samples.
			if s := d.Suspects[0]; tt.function != "" && (!strings.HasSuffix(s.Function, tt.function) || !strings.HasSuffix(s.File, "rounds_trace_test.go") || s.Line == 0) {
				t.Errorf("it is %s at %s:%d, want %s", s.Function, s.File, s.Line, tt.function)
			}
			if got := strings.Join(d.Warnings, "; "); !strings.Contains(got, tt.warning) || tt.warning == "" && got != "" {
				t.Errorf("it warns of %q, want %q", got, tt.warning)
			}
		})
	}
}
