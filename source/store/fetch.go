package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/join"
	"github.com/leaktop/leaktop/source/recording"
)

// moment is one profile to be fetched.
type moment struct {
	kind   profile.Kind
	at     time.Time
	labels Labels
}

// share returns how many heap profiles, each made of four, and goroutine profiles are
// fetched of a number of profiles.
func (o Options) share() (heaps, goroutines int) {
	n := min(cmp.Or(o.MaxProfiles, MaxProfiles), MaxProfiles)
	heaps = n / 5
	return heaps, n - 4*heaps
}

const (
	// readTime is for how long profiles are read, if a store is slow and there are enough
	// for a verdict: a quarter of a minute is what a user waits for.
	readTime = 12 * time.Second
	// enough is how many profiles that is: fourteen of each kind, which is more than the
	// judge needs to tell growth from a warm-up.
	enough = 28
)

// workers is how many profiles are asked for at the same time: a store has other users.
const workers = 4

// fetchAll chooses moments and fetches their profiles, in the order of time.
func (h *History) fetchAll(ctx context.Context) error {
	var all []moment
	w := h.options.Window
	maxHeaps, maxGoroutines := h.options.share()
	if h.types.heap != nil {
		counters, err := h.reader.Totals(ctx, h.types.heap[1], h.options.Selector, w, totalsStep(w))
		if err != nil {
			return err
		}
		all = h.planProcesses(profile.Heap, h.series, counters, maxHeaps)
	}
	if h.types.goroutines.Name != "" {
		series := h.series
		if h.types.heap != nil {
			var err error
			if series, err = h.reader.Totals(ctx, h.types.goroutines, h.options.Selector, w, totalsStep(w)); err != nil {
				return err
			}
			series, _ = orderSuccessors(series)
		}
		all = append(all, h.planProcesses(profile.Goroutine, series, nil, maxGoroutines)...)
	}
	slices.SortStableFunc(all, func(a, b moment) int { return a.at.Compare(b.at) })
	all = orderMoments(all)
	if err := h.fetchMoments(ctx, all); err != nil {
		return err
	}
	h.sortItems()
	return nil
}

// planProcesses chooses the moments of one kind, over all processes. It adds what is known
// of each process: its facts, and when it began.
func (h *History) planProcesses(k profile.Kind, series, counters []Series, n int) (out []moment) {
	first := k == profile.Heap || h.types.heap == nil
	for i, s := range series {
		var restarts []time.Time
		for _, c := range counters {
			if slices.Equal(c.Labels, s.Labels) {
				restarts = restartTimes(c.Points)
			}
		}
		if first {
			h.addProcess(i, s, restarts)
		}
		// The newest process is what is judged: it has half, the earlier ones the rest.
		share := n
		if len(series) > 1 {
			share = n / 2
			if i < len(series)-1 {
				share = max(2, n/2/(len(series)-1))
			}
		}
		for _, at := range planMoments(s.Points, restarts, share) {
			out = append(out, moment{k, at, s.Labels})
		}
	}
	if len(out) > n {
		out = out[len(out)-n:]
	}
	return out
}

// addProcess adds the messages on the process of a series.
func (h *History) addProcess(i int, s Series, restarts []time.Time) {
	began := s.Points[0].Time
	if i > 0 {
		h.addMessage(began, profile.Event{Time: began, Kind: profile.EventRestart, Text: describeStart(h.series[i-1].Labels, s.Labels)})
	}
	h.addMessage(began, h.factsOf(s.Labels))
	for _, at := range restarts {
		h.addMessage(at, profile.Event{Time: at, Kind: profile.EventRestart, Text: "restarted"})
	}
}

// errTooFew reports that hardly any profile could be read.
var errTooFew = errors.New("most of the profiles could not be read")

// fetchMoments fetches profiles with a few workers, and adds them. It goes on without
// those that the store does not have after all.
func (h *History) fetchMoments(ctx context.Context, all []moment) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	b := batch{h: h, all: all, told: h.options.Now(), cancel: cancel}
	jobs := make(chan moment)
	var group sync.WaitGroup
	for range min(workers, len(all)) {
		group.Go(func() {
			for m := range jobs {
				item, err := h.fetchMoment(ctx, m)
				b.addResult(m, item, err)
			}
		})
	}
	started, fed := h.options.Now(), 0
feed:
	for _, m := range all {
		if fed >= enough && h.options.Now().Sub(started) >= readTime {
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
			Next: "the next look at this range reads more, and has these at once",
		})
	}
	return nil
}

// batch is how fetching goes. It is safe for concurrent use.
type batch struct {
	h      *History
	all    []moment
	cancel context.CancelCauseFunc

	mu             sync.Mutex // guards the fields below, and h
	failed         error
	failures, done int
	told           time.Time
}

// addResult adds a profile, or notes that it could not be fetched. If that happens often,
// it ends the batch: nothing is won by asking for the rest.
func (b *batch) addResult(m moment, item recording.Item, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done++
	if err == nil {
		b.h.addProfile(m, item)
	} else {
		b.failures++
		if b.failed == nil || !IsMissing(err) {
			b.failed = err
		}
	}
	if b.failures > 2+len(b.all)/4 {
		b.cancel(fmt.Errorf("%w: %w", errTooFew, b.failed))
	}
	if now := b.h.options.Now(); now.Sub(b.told) > time.Second/2 {
		b.told = now
		b.h.say(fmt.Sprintf("reading profiles: %d of %d, up to %s", b.done, len(b.all), formatMoment(m.at)))
	}
}

// addProfile adds a profile that was fetched.
func (h *History) addProfile(m moment, item recording.Item) {
	h.number++
	h.Items = append(h.Items, item)
	if m.at.After(h.latest[m.kind]) {
		h.latest[m.kind] = m.at
	}
}

// fetchMoment gets one profile, from the cache if it is there. It is safe for concurrent
// use.
func (h *History) fetchMoment(ctx context.Context, m moment) (recording.Item, error) {
	at := strconv.FormatInt(m.at.UnixNano(), 10)
	path := h.cache.pathOf(cacheFormat, h.options.Store, string(m.kind), h.types.main().String(), m.labels.Selector().String(), at)
	c := profile.Capture{Kind: m.kind, Time: m.at}
	for _, assumed := range []bool{true, false} {
		of := variant(path, assumed)
		if size, ok := h.cache.sizeOf(of, h.options.Now()); ok {
			if assumed {
				h.assumed.Store(true)
			}
			return recording.NewProfile(c, of, size), nil
		}
	}
	j, err := h.request(ctx, m)
	if err != nil {
		return recording.Item{}, err
	}
	if j.IsRateAssumed {
		h.assumed.Store(true)
	}
	path = variant(path, j.IsRateAssumed)
	if err := h.cache.write(path, j.Data); err != nil {
		return recording.Item{}, err
	}
	return recording.NewProfile(c, path, int64(len(j.Data))), nil
}

// variant returns the path of a profile whose sampling rate is assumed, or known.
func variant(path string, assumed bool) string {
	if assumed {
		return strings.TrimSuffix(path, cacheEnding) + "-assumed" + cacheEnding
	}
	return path
}

// cacheFormat is the version of what the cache holds.
const cacheFormat = "1"

// request gets one profile from the store.
func (h *History) request(ctx context.Context, m moment) (join.Joined, error) {
	if m.kind == profile.Goroutine {
		data, err := h.reader.Profile(ctx, h.types.goroutines, m.labels, m.at)
		return join.Joined{Data: data}, err
	}
	parts := map[string][]byte{}
	for i, t := range h.types.heap {
		data, err := h.reader.Profile(ctx, t, m.labels, m.at)
		if err != nil {
			return join.Joined{}, err
		}
		parts[heapSamples[i]] = data
	}
	return join.Heap(parts, m.at)
}

// Follow fetches what has come since the last profile: the newest of each kind. It returns
// no items if there is nothing new.
func (h *History) Follow(ctx context.Context) ([]recording.Item, error) {
	before := len(h.Items)
	last := h.options.Window.From
	for _, at := range h.latest {
		if at.After(last) {
			last = at
		}
	}
	w := Window{last.Add(time.Millisecond), h.options.Now()}
	if !w.To.After(w.From) {
		return nil, nil
	}
	types := []struct {
		kind profile.Kind
		t    Type
	}{{profile.Goroutine, h.types.goroutines}, {profile.Heap, Type{}}}
	if h.types.heap != nil {
		types[1].t = h.types.heap[3]
	}
	for _, x := range types {
		if x.t.Name == "" {
			continue
		}
		m, ok, err := h.newest(ctx, x.kind, x.t, w)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		item, err := h.fetchMoment(ctx, m)
		if IsMissing(err) {
			continue // it is not complete yet
		}
		if err != nil {
			return nil, err
		}
		h.addProfile(m, item)
	}
	out := slices.Clone(h.Items[before:])
	slices.SortStableFunc(out, func(a, b recording.Item) int { return a.Time.Compare(b.Time) })
	return out, nil
}

// newest returns the moment of the newest profile in a window; ok is false if there is
// none after the last. When another process has taken over, it adds that.
func (h *History) newest(ctx context.Context, k profile.Kind, t Type, w Window) (m moment, ok bool, err error) {
	all, err := h.reader.Totals(ctx, t, h.options.Selector, w, time.Second)
	if err != nil {
		return m, false, err
	}
	for _, s := range all {
		if len(s.Points) > 0 && lastTime(s).After(cmp.Or(m.at, h.latest[k])) {
			m, ok = moment{k, lastTime(s), s.Labels}, true
		}
	}
	if ok && !slices.Equal(m.labels, h.Labels) {
		h.addMessage(m.at, profile.Event{Time: m.at, Kind: profile.EventRestart, Text: describeStart(h.Labels, m.labels)})
		h.Labels = m.labels
		h.addMessage(m.at, h.factsOf(m.labels))
	}
	return m, ok, nil
}
