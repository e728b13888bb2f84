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

// branch is a service that asks another one for prices, with a client of its own
// for each, whose connections stay: two goroutines each, without a function of
// the service's on their stacks.
type branch struct {
	hq     *httptest.Server
	loads  int
	priced chan struct{} // closed when all of the second load were asked for
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

// prices is how many prices a load asks for.
const prices = 12

// parkedConnections counts the goroutines of client connections that wait.
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

// load asks for prices; the second time when traced says so.
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

// serveTrace is [pprof.Trace], for as long as it takes.
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

// Goroutines that stayed after the first load and whose stacks do not show what starts
// them are traced under the second, if the target can afford it.
func TestCreatorsUnderLoad(t *testing.T) {
	for _, tt := range []struct {
		name     string
		cost     float64
		function string
		warning  string
	}{
		{"allowed", 0.01, "check.(*branch).price", ""},
		{"too dear", 0.001, "", "would exceed --cost"},
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
			// The heap profile may suggest who it is, if the sampler happens to show it.
			if s := d.Suspects[0]; tt.function != "" && (!strings.HasSuffix(s.Function, tt.function) || !strings.HasSuffix(s.File, "rounds_trace_test.go") || s.Line == 0) {
				t.Errorf("it is %s at %s:%d, want %s", s.Function, s.File, s.Line, tt.function)
			}
			if got := strings.Join(d.Warnings, "; "); !strings.Contains(got, tt.warning) || tt.warning == "" && got != "" {
				t.Errorf("it warns of %q, want %q", got, tt.warning)
			}
		})
	}
}
