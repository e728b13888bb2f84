package source

import (
	"net/http"
	"net/http/pprof"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// TestNoWaitForTheCommandLine checks that fetching the command line, which is only compared, does not delay the
// profiles, however long the timeout is.
func TestNoWaitForTheCommandLine(t *testing.T) {
	t.Parallel()
	s := startServer(t, serveExactPaths(map[string]http.HandlerFunc{
		"/debug/pprof/":          pprof.Index,
		"/debug/pprof/heap":      pprof.Handler("heap").ServeHTTP,
		"/debug/pprof/goroutine": pprof.Handler("goroutine").ServeHTTP,
		"/debug/pprof/cmdline":   func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	}))
	w := startWatch(t, openTarget(t, s.URL, Options{Timeout: time.Hour}))
	awaitMessage(w, "a heap profile", func(c profile.Capture) bool { return c.Kind == profile.Heap })
}
