package check

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/sourcetest"
	"github.com/leaktop/leaktop/ui/report"
)

// openService serves handlers of this process and opens a source on it.
func openService(t *testing.T, routes map[string]http.HandlerFunc) source.Source {
	t.Helper()
	mux := http.NewServeMux()
	for path, h := range routes {
		mux.HandleFunc(path, h)
	}
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return sourcetest.Open(t, srv.URL, source.Options{})
}

func realPprof() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{"/debug/pprof/": pprof.Index, "/debug/pprof/trace": pprof.Trace}
}

func TestARealServiceSeenTooShortly(t *testing.T) {
	t.Parallel()
	// A profile may contain no sample of allocations that add up to only a few times
	// the sampling rate (512 KiB).
	held := make([]byte, 16<<20)
	defer runtime.KeepAlive(held)
	runtime.GC()
	code, out, errs := runCheck(t, openService(t, realPprof()), Options{For: time.Second, Format: "json"})
	var d report.Document
	if err := json.Unmarshal([]byte(out), &d); err != nil {
		t.Fatalf("%v; it said %s%s", err, out, errs)
	}
	if code != ExitUndecided || d.Verdict != "undecided" || d.Polls == 0 || d.Memory.HeapLive == 0 {
		t.Errorf("exit code %d, %+v; want undecided, with polls and a heap", code, d)
	}
	if !strings.HasPrefix(errs, "leaktop: watching 127.0.0.1:") || strings.Count(errs, "\n") != 1 {
		t.Errorf("stderr is %q, want one line of what is watched", errs)
	}
}

func TestEndedEarly(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var stdout, stderr strings.Builder
	src := openService(t, map[string]http.HandlerFunc{"/debug/pprof/": func(w http.ResponseWriter, r *http.Request) {
		pprof.Index(w, r)
		if strings.HasSuffix(r.URL.Path, "/goroutine") {
			time.AfterFunc(100*time.Millisecond, cancel)
		}
	}})
	code, err := Run(ctx, src, Options{For: time.Hour, Format: "text"}, &stdout, &stderr)
	if err != nil || code != ExitUndecided || !strings.Contains(stdout.String(), "ended early") {
		t.Errorf("exit code %d, it said %s%s; want undecided, and that it ended early", code, &stdout, &stderr)
	}
}

func TestWhyNothingCame(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		routes map[string]http.HandlerFunc
		want   string
	}{
		{"no pprof there", map[string]http.HandlerFunc{"/": http.NotFound}, "has no /debug/pprof/"},
		{"asks for a password", map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }}, "401"},
		{"never answers", map[string]http.HandlerFunc{"/": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }}, "it did not answer within 1s"},
		{"comes without end", map[string]http.HandlerFunc{"/debug/pprof/{$}": pprof.Index, "/debug/pprof/heap": func(w http.ResponseWriter, r *http.Request) {
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}}, "its response never completed"},
		{"only the index", map[string]http.HandlerFunc{"/debug/pprof/{$}": pprof.Index}, "the index page reports"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			code, out, errs := runCheck(t, openService(t, tt.routes), Options{For: time.Second, Format: "text"})
			if code != ExitUnobserved || out != "" || !strings.Contains(errs, tt.want) {
				t.Errorf("exit code %d, stdout %q, stderr %q; want %d and %q", code, out, errs, ExitUnobserved, tt.want)
			}
		})
	}
}

// A target that is gone at the end is not called steady.
func TestGoneAtTheEnd(t *testing.T) {
	t.Parallel()
	var polls atomic.Int32
	src := openService(t, map[string]http.HandlerFunc{"/debug/pprof/": func(w http.ResponseWriter, r *http.Request) {
		if polls.Add(1) > 4 {
			panic(http.ErrAbortHandler)
		}
		pprof.Index(w, r)
	}})
	code, out, errs := runCheck(t, src, Options{For: 2 * time.Second, Format: "text"})
	if code != ExitUndecided || !strings.Contains(out, "at the end the target did not answer") {
		t.Errorf("exit code %d, it said %s%s; want undecided, and that the target is away", code, out, errs)
	}
}
