package session

import (
	"runtime"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/simulated"
	"github.com/leaktop/leaktop/source"
)

// hourOfPolls returns the times of the polls of an hour that a history keeps, in seconds: it thins those that are older
// than five minutes.
func hourOfPolls() (seconds []int) {
	for t := 0; t < 3300; t += 30 {
		seconds = append(seconds, t)
	}
	for t := 3300; t < 3600; t += 2 {
		seconds = append(seconds, t)
	}
	return seconds
}

// Watching a service with many allocation sites, whose profiles all differ, takes little memory at the start and after
// an hour. The test has at most a tenth of the sites of a large service, to be short.
func TestMemoryOfManySites(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 260 profiles")
	}
	sites, afterMinute, afterHour := 1000, 5.6, 10.4 // MB
	if eventually.IsFull() {
		sites, afterMinute, afterHour = 4000, 10.0, 18.0
	}
	service := simulated.NewSites(sites)
	before := liveHeap()
	check := func(when string, most float64) {
		t.Helper()
		if live := float64(liveHeap()-before) / 1e6; live > most { //nolint:gosec // small
			t.Errorf("%.1f MB are in use %s, want at most %.1f", live, when, most)
		}
	}
	w := New(silentTarget{})
	w.SetJudgeEvery(20 * time.Second) // judging takes most of the time, and what it remembers is bounded
	for i, second := range hourOfPolls() {
		w.Ingest(source.Capture{Capture: profile.Capture{Kind: profile.Heap, Time: at(second), Data: service.Next()}})
		if i == 30 {
			check("after 30 polls", afterMinute)
		}
	}
	check("after an hour", afterHour)
	runtime.KeepAlive(w)
	runtime.KeepAlive(service)
}
