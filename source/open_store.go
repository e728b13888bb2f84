package source

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/poll"
	"github.com/leaktop/leaktop/source/problem"
	"github.com/leaktop/leaktop/source/recording"
	"github.com/leaktop/leaktop/source/store"
	"github.com/leaktop/leaktop/source/target"
)

// openStore reads the profiles of a service from a store. The result is replayed like a
// recording; profiles that reach the store later are added at its end.
func openStore(ctx context.Context, t target.Target, o Options) (Source, error) {
	reader, to, err := connectStore(t, o, true)
	if err != nil {
		return nil, err
	}
	so := newStoreOptions(t, o)
	h, err := store.Load(ctx, reader, so)
	if err != nil {
		to.client.closeIdle()
		return nil, explainLoading(t, err)
	}
	rec := recording.New(plain.Clip(t.Name+": "+h.Name(), 100), h.Items)
	r, err := newRecorded(t, o, rec)
	if err != nil {
		return nil, fmt.Errorf("%w (closing: %v)", err, h.Close())
	}
	r.feed = &storeFeed{history: h, client: to.client, isOpen: so.IsOpen, added: make(chan struct{}, 1), every: max(o.Interval, followEvery)}
	r.feed.opened, _ = h.Freshness()
	r.feed.freshness = r.feed.opened
	return r, nil
}

// explainLoading turns the errors of a store that are the user's to solve into Problems.
func explainLoading(t target.Target, err error) error {
	subject := "read from " + t.Name
	if c, ok := errors.AsType[*store.ChoiceError](err); ok {
		p := &problem.Problem{Cause: problem.CauseName, Subject: subject, Why: c.Error(), Err: err}
		if len(c.Options) > 0 {
			p.Next = "for example: leaktop " + t.WithSelector(c.Options[0])
		}
		return p
	}
	if e, ok := errors.AsType[*store.EmptyError](err); ok {
		return &problem.Problem{Cause: problem.CauseMissing, Subject: subject, Why: e.What, Next: e.Next, Err: err}
	}
	return err
}

// followEvery is the minimum time between two requests for new profiles.
const followEvery = 15 * time.Second

// storeFeed adds the profiles that reach a store to a recording.
type storeFeed struct {
	history *store.History
	client  *client
	isOpen  bool
	every   time.Duration
	added   chan struct{} // holds one value if there are new steps
	failing bool
	// What was wrong with the time of the newest profile when the store was opened, and
	// what is wrong now.
	opened, freshness profile.Diagnostic
}

// IsStore reports whether the profiles come from a store.
func (r *Recorded) IsStore() bool { return r.feed != nil }

// Added returns a channel that receives when there are new steps; nil if none can come.
func (r *Recorded) Added() <-chan struct{} {
	if r.feed == nil || !r.feed.isOpen {
		return nil
	}
	return r.feed.added
}

// Follow adds steps as profiles reach the store, until ctx ends. For files it returns at
// once. If the store does not answer, it adds the failure once.
func (r *Recorded) Follow(ctx context.Context) {
	f := r.feed
	if f == nil || !f.isOpen {
		return
	}
	for poll.SleepFor(ctx, f.every) == nil {
		items, err := f.history.Follow(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && !f.failing:
			items = append(items, f.statusItem(err))
		case err == nil && f.failing:
			items = append(items, f.statusItem(nil))
		}
		f.failing = err != nil
		if err == nil {
			items = append(items, f.freshnessItems()...)
		}
		if len(items) == 0 {
			continue
		}
		r.addItems(items)
		select {
		case f.added <- struct{}{}:
		default:
		}
	}
}

// statusItem returns the item for a store that does not answer, or answers again.
func (f *storeFeed) statusItem(err error) recording.Item {
	now := time.Now()
	s := recording.Status{Time: now, Endpoints: []recording.Endpoint{{Kind: Index}}}
	if err != nil {
		s.Endpoints[0].Error = plain.Clip(err.Error(), 300)
	}
	return recording.NewMessage(now, s, 0)
}

// freshnessItems returns items about what is wrong with the time of the newest profile,
// if that has changed.
func (f *storeFeed) freshnessItems() (out []recording.Item) {
	now, _ := f.history.Freshness()
	if now.Code == f.freshness.Code {
		return nil
	}
	at := f.history.Items[len(f.history.Items)-1].Time
	for _, code := range []profile.Code{profile.CodeStoreSilent, profile.CodeClockSkew} {
		if f.freshness.Code == code {
			out = append(out, recording.NewMessage(at, Resolved{code}, 0))
		}
	}
	if now.Code != "" {
		out = append(out, recording.NewMessage(at, Diagnostic{now}, 0))
	}
	f.freshness = now
	return out
}

// addItems appends items, which are later than all others.
func (r *Recorded) addItems(items []recording.Item) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := len(r.rec.Items)
	r.rec.Items = append(r.rec.Items, items...)
	for i := range r.rec.Items[at:] {
		if s, ok := newStep(&r.rec.Items[at+i]); ok {
			r.steps = append(r.steps, s)
		}
	}
}

// diagnostics returns what is missing from the store's data.
func (f *storeFeed) diagnostics() []profile.Diagnostic {
	out := f.history.Diagnostics
	if f.opened.Code != "" {
		out = append(slices.Clone(out), f.opened)
	}
	return out
}

// close releases the store's resources.
func (f *storeFeed) close() error {
	f.client.closeIdle()
	return f.history.Close()
}

// StoreInstances returns a target for each of the instances that a target of a store
// selects, if several ran at the same time: they are a fleet. It returns none for any
// other target.
func StoreInstances(ctx context.Context, t target.Target, o Options) ([]target.Target, error) {
	if !t.IsStore() {
		return nil, nil
	}
	if err := o.Validate(); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	reader, to, err := connectStore(t, o, true)
	if err != nil {
		return nil, err
	}
	defer to.client.closeIdle()
	all, err := store.Instances(ctx, reader, newStoreOptions(t, o))
	if err != nil {
		return nil, explainLoading(t, err)
	}
	var out []target.Target
	for _, x := range all {
		one := t
		one.Selector = x.Selector
		one.Name = plain.Clip(x.Name, 100)
		out = append(out, one)
	}
	return out, nil
}

// newStoreOptions returns the options for reading a target's store.
func newStoreOptions(t target.Target, o Options) store.Options {
	w, isOpen := store.Window{From: o.Until.Add(-o.Since), To: o.Until}, o.Until.IsZero()
	if isOpen {
		now := time.Now()
		w = store.Window{From: now.Add(-o.Since), To: now.Add(store.FutureSlack)}
	}
	return store.Options{
		Store: t.URL.String() + " " + o.Headers.Get("X-Scope-OrgID"), Selector: t.Selector,
		Window: w, IsOpen: isOpen, CacheDir: o.CacheDir, Progress: o.Progress, Now: time.Now,
		MaxProfiles: o.StoreProfiles,
	}
}
