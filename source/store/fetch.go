package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// moment is one profile to be fetched.
type moment struct {
	kind    profile.Kind
	at      time.Time
	labels  Labels
	process int // number of the process, in the order in which they followed each other
	// progress is the number of objects that the process had allocated, for a heap.
	progress float64
	// isDelta means that the store counts allocations from the previous profile.
	isDelta bool
	// isWhole means that all four sample types of a heap are fetched, not only the live
	// bytes.
	isWhole bool
}

// requests returns the number of requests that the moment takes.
func (m moment) requests() int {
	if m.isWhole {
		return len(heapSamples)
	}
	return 1
}

// maxProfiles returns how many profiles may be fetched.
func (o Options) maxProfiles() int { return min(cmp.Or(o.MaxProfiles, MaxProfiles), MaxProfiles) }

const (
	// readTime is how long profiles are read from a slow store, if there are enough for a
	// verdict by then. With the other requests, a user waits for at most 20 seconds.
	readTime = 10 * time.Second
	// enough is the number of moments that suffice for a verdict: twelve of each kind,
	// more than the judge needs to distinguish growth from a warm-up. After twice
	// readTime, half of them are enough.
	enough = 24
)

// isEnough reports whether to stop fetching after a number of moments and a time.
func isEnough(moments int, spent time.Duration) bool {
	return moments >= enough && spent >= readTime || moments >= enough/2 && spent >= 2*readTime
}

// workers is how many profiles are requested at the same time. It is low because a store
// has other users.
const workers = 4

// fetchAll chooses moments and fetches their profiles, in the order of time.
func (h *History) fetchAll(ctx context.Context) error {
	// Each kind gets a third of the profiles. The rest is for the heaps that consist of
	// four.
	most := h.options.maxProfiles()
	var all []moment
	if h.types.heap != nil {
		all = h.planProcesses(profile.Heap, h.totals.main, most/3)
	}
	if h.types.goroutines.Name != "" {
		all = append(all, h.planProcesses(profile.Goroutine, h.totals.goroutines, most/3)...)
	}
	all = limitRequests(orderMoments(all), most)
	if err := h.fetchMoments(ctx, all); err != nil {
		return err
	}
	if err := h.buildHeaps(); err != nil {
		return err
	}
	h.sortItems()
	return nil
}

// limitRequests drops moments from the end that would take too many requests.
func limitRequests(all []moment, maxRequests int) []moment {
	n := 0
	for i, m := range all {
		if n += m.requests(); n > maxRequests {
			return all[:i]
		}
	}
	return all
}

// errTooFew reports that hardly any profile could be read.
var errTooFew = errors.New("most of the profiles could not be read")

// fetchMoments fetches profiles with a few workers, and adds them. It skips those that
// the store turns out not to have.
func (h *History) fetchMoments(ctx context.Context, all []moment) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	b := batch{h: h, all: all, reported: h.options.Now(), cancel: cancel}
	jobs := make(chan moment)
	var group sync.WaitGroup
	for range min(workers, len(all)) {
		group.Go(func() {
			for m := range jobs {
				parts, err := h.fetchParts(ctx, m)
				b.addResult(m, parts, err)
			}
		})
	}
	started, fed := h.options.Now(), 0
feed:
	for _, m := range all {
		if isEnough(fed, h.options.Now().Sub(started)) {
			break
		}
		select {
		case jobs <- m:
			fed++
		case <-ctx.Done():
			break feed
		}
	}
	close(jobs)
	group.Wait()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case b.failures > 0:
		h.Diagnostics = append(h.Diagnostics, profile.Diagnostic{
			Code: profile.CodeStoreParts, Severity: profile.SeverityWarning,
			What: fmt.Sprintf("%d of %d profiles could not be read from the store and are left out: %v", b.failures, fed, b.failed),
		})
	}
	if fed < len(all) {
		h.Diagnostics = append(h.Diagnostics, profile.Diagnostic{
			Code: profile.CodeStoreSlow, Severity: profile.SeverityInfo,
			What: fmt.Sprintf("the store answers slowly: %d of %d profiles over the whole range were read", fed, len(all)),
			Next: "opening this range again reads more, and has these at once",
		})
	}
	return nil
}

// batch is the state of fetching. It is safe for concurrent use.
type batch struct {
	h      *History
	all    []moment
	cancel context.CancelCauseFunc

	mu             sync.Mutex // guards the fields below, and h
	failed         error
	failures, done int
	reported       time.Time // when progress was last reported
}

// addResult adds a profile, or records that it could not be fetched. If that happens
// often, it ends the batch: requesting the rest would be pointless.
func (b *batch) addResult(m moment, p parts, err error) {
	if err == nil && m.kind == profile.Heap {
		err = b.h.addHeap(m, p)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done++
	switch {
	case err == nil && m.kind == profile.Heap:
	case err == nil:
		b.h.addProfile(m.kind, m.at, p[0])
	default:
		b.failures++
		if b.failed == nil || !IsMissing(err) {
			b.failed = err
		}
	}
	if b.failures > 2+len(b.all)/4 {
		b.cancel(fmt.Errorf("%w: %w", errTooFew, b.failed))
	}
	if now := b.h.options.Now(); now.Sub(b.reported) > time.Second/2 {
		b.reported = now
		b.h.reportProgress(fmt.Sprintf("reading profiles: %d of %d", b.done, len(b.all)))
	}
}
