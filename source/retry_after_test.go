package source

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source/poll"

	"github.com/leaktop/leaktop/source/problem"
)

// TestTooOften checks that a target which rejects requests as too frequent gets no request at any endpoint for as long
// as it demands.
func TestTooOften(t *testing.T) {
	var asked atomic.Int32
	s := startServer(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Header().Set("Retry-After", "120")
		http.Error(w, "one a minute", http.StatusTooManyRequests)
	}))
	h := openTarget(t, s.URL, Options{Timeout: patience})
	_, err := h.client.discoverPprof(t.Context(), h.addRoundTrip)
	p, ok := errors.AsType[*problem.Problem](err)
	if !ok || p.RetryAfter != 2*time.Minute || !strings.Contains(p.Why, "(429) and asks to wait for 2m: one a minute") {
		t.Errorf("got %v, want the server's message", err)
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("got %d requests", n)
	}
	if got := poll.ProbeWait(1, err); got != 2*time.Minute {
		t.Errorf("got the next probe after %v", got)
	}
	if got := poll.FailureWait(1, err, time.Second, 0.01); got != 2*time.Minute {
		t.Errorf("got the next poll of an endpoint after %v", got)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 14, 0, 0, 0, time.UTC)
	for after, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, " 90 ": 90 * time.Second, "99999999999999": 0, "86400": maxRetryAfter, "-5": 0, "soon": 0,
		"Sun, 01 Mar 2026 14:00:30 GMT": 30 * time.Second, "Sun, 01 Mar 2026 13:00:00 GMT": 0, "Sun, 01 Mar 2099 13:00:00 GMT": maxRetryAfter,
	} {
		if got := retryAfter(after, now); got != want {
			t.Errorf("%q: got %v, want %v", after, got, want)
		}
	}
}
