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

// TestTooOften: a target that refuses requests as too frequent is left alone for as
// long as it says, at all of its endpoints.
func TestTooOften(t *testing.T) {
	var asked atomic.Int32
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Header().Set("Retry-After", "120")
		http.Error(w, "one a minute", http.StatusTooManyRequests)
	}))
	h := open(t, s.URL, Options{Timeout: patience})
	_, err := h.client.discoverPprof(t.Context(), h.addRoundTrip)
	p, ok := errors.AsType[*problem.Problem](err)
	if !ok || p.RetryAfter != 2*time.Minute || !strings.Contains(p.Why, "(429) and asks to wait for 2m: one a minute") {
		t.Errorf("%v, want what it said", err)
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("it was asked %d times", n)
	}
	if got := poll.ProbeWait(1, err); got != 2*time.Minute {
		t.Errorf("it is looked for again after %v", got)
	}
	if got := poll.FailureWait(1, err, time.Second, 0.01); got != 2*time.Minute {
		t.Errorf("an endpoint is asked again after %v", got)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 14, 0, 0, 0, time.UTC)
	for after, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, " 90 ": 90 * time.Second, "99999999999999": 0, "86400": maxRetryAfter, "-5": 0, "soon": 0,
		"Sun, 01 Mar 2026 14:00:30 GMT": 30 * time.Second, "Sun, 01 Mar 2026 13:00:00 GMT": 0, "Sun, 01 Mar 2099 13:00:00 GMT": maxRetryAfter,
	} {
		if got := retryAfter(after, now); got != want {
			t.Errorf("%q: %v, want %v", after, got, want)
		}
	}
}
