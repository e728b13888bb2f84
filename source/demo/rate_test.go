package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"net/http"
	"os"
	"testing"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/source/demo/shop"
)

// sampled is the default of runtime.MemProfileRate: one sample per this many bytes.
const sampled = 512 << 10

// TestLeaksShowWithinAMinute computes how much of each leak the profile of a service
// with default settings shows after a minute. With probability e^(−n/512 KiB), the
// profile has no sample of n bytes of heap; it always has all goroutines.
func TestLeaksShowWithinAMinute(t *testing.T) {
	t.Parallel()
	for _, s := range Scenarios() {
		minute := 60 * s.Want.PerSecond
		switch {
		case s.Kind != shop.Leak || minute == 0 && !isSeed(s):
		case s.Want.Kind == shop.GrowsGoroutines:
			if minute < 30 {
				t.Errorf("%s: %v goroutines in a minute", s.Name, minute)
			}
		case math.Exp(-minute/sampled) > 0.001:
			t.Errorf("%s: %v bytes a minute, %.1f samples of them: it can stay unseen", s.Name, minute, minute/sampled)
		}
	}
}

func isSeed(s shop.Scenario) bool {
	for _, d := range defaults() {
		if d.Name == s.Name {
			return true
		}
	}
	return false
}

// TestLeakShowsAtTheDefaultRate sends a minute's orders at once to a service with
// the default sampling rate.
func TestLeakShowsAtTheDefaultRate(t *testing.T) {
	t.Setenv("DEMO_TEST_RATE", "default")
	growing := lookup(t, "growing-slice")
	c, err := Start(context.Background(), os.Args[0], []string{growing.Name})
	if err != nil {
		t.Fatal(err)
	}
	defer stop(t, c)
	const order = 8 << 10
	for range int(60*growing.Want.PerSecond) / order {
		resp, err := http.Post(c.URL+"/orders", "", bytes.NewReader(make([]byte, order)))
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusAccepted {
			t.Fatal(resp.Status)
		}
	}
	if heap := tally(get(t, c.URL+"/debug/pprof/heap?gc=1&debug=1")); heap[growing.Want.StackFunction] == 0 {
		t.Errorf("after a minute's orders the profile has nothing of %s: %v", growing.Want.StackFunction, heap)
	}
}

// TestHeapFalls checks that the heap of a service that does not leak memory is a
// sawtooth under ordinary traffic.
func TestHeapFalls(t *testing.T) {
	t.Parallel()
	c, err := Start(context.Background(), os.Args[0], []string{"many-goroutines"})
	if err != nil {
		t.Fatal(err)
	}
	defer stop(t, c)
	var first, now struct {
		Stats struct{ HeapAlloc, TotalAlloc, NumGC, NumForcedGC uint64 } `json:"memstats"`
	}
	const deep = 4 << 20 // a third of the live heap
	falls, peak, polls := 0, uint64(0), 0
	eventually.Wait(func() bool {
		if err := json.Unmarshal([]byte(get(t, c.URL+"/debug/vars")), &now); err != nil {
			t.Fatal(err)
		}
		if polls++; polls == 1 {
			first = now
		}
		peak = max(peak, now.Stats.HeapAlloc)
		if now.Stats.HeapAlloc+deep < peak {
			falls, peak = falls+1, now.Stats.HeapAlloc
		}
		return falls >= 3
	})
	a, b := first.Stats, now.Stats
	if falls < 3 || b.NumGC < a.NumGC+3 || b.NumForcedGC != a.NumForcedGC {
		t.Errorf("%d falls, from %+v to %+v", falls, a, b)
	}
	// The request itself makes garbage too.
	if made := b.TotalAlloc - a.TotalAlloc; made < uint64(polls)*(64<<10) {
		t.Errorf("the service made %d bytes while it was asked %d times: that is no traffic", made, polls)
	}
}
