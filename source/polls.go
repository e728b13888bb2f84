package source

import (
	"context"
	"errors"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// endpoints lists what is polled of a service. The first is the probe: the
// cheapest that tells whether the target is there.
func (w *watch) endpoints(svc service) []*endpoint {
	var all []*endpoint
	if svc.page {
		all = append(all, w.indexPoll(svc.root))
	}
	now := time.Now()
	for _, k := range profile.Kinds {
		if !k.Polled {
			continue
		}
		e := w.profilePoll(svc.root, k.Kind)
		e.next = now
		if !svc.offered(k.Kind) {
			e.off, e.err = true, w.h.client.unserved(nil, svc.root, k.Kind)
		}
		if err := w.h.stopped(k.Kind); err != nil {
			e.off, e.err = true, err
		}
		all = append(all, e)
	}
	return append(all, w.memoryLook(svc))
}

// indexPoll reads the page for the goroutine total and the round trip.
func (w *watch) indexPoll(root string) *endpoint {
	h := w.h
	e := &endpoint{kind: Index, from: root, least: h.opts.Interval, last: time.Now(), wait: h.opts.Interval}
	e.next = e.last.Add(e.wait)
	_, metered := h.link.(Metered)
	e.explained, e.late = func() time.Duration { return indexWork }, func() bool { return true } // more is delay: it is the measure
	e.poll = func(ctx context.Context) (time.Duration, error) {
		if err := take(ctx, h.turn); err != nil {
			return 0, err
		}
		defer func() { <-h.turn }()
		svc, r, err := h.client.index(ctx, root)
		if err != nil {
			return 0, w.why(err)
		}
		h.trip(r)
		h.counted(svc.counts)
		w.total = svc.counts[profile.Goroutine]
		if e.least = h.opts.Interval; metered && w.pollsGoroutines() {
			e.least *= meteredIndex
		}
		return h.charge(root, r), nil
	}
	return e
}

// meteredIndex is how many intervals pass between two looks at the index page over a
// way whose bytes count, where the goroutine profile has the total anyway. At 3 KB a
// page that is 1 KB/s less of some 10.
const meteredIndex = 5

// pollsGoroutines reports whether the goroutine profile is polled.
func (w *watch) pollsGoroutines() bool {
	for _, e := range w.poller.endpoints {
		if e.kind == profile.Goroutine {
			return !e.off && e.err == nil && len(e.works) > 0
		}
	}
	return false
}

// profilePoll asks for one kind of profile.
func (w *watch) profilePoll(root string, kind profile.Kind) *endpoint {
	h := w.h
	q := Query{Kind: kind, GC: h.opts.GC && kind == profile.Heap}
	e := &endpoint{kind: kind, from: root + string(kind), least: h.opts.Interval, late: h.late}
	if !q.GC { // how long a collection takes nobody knows beforehand
		e.explained = func() time.Duration { return explained(h.service().counts[kind], entryWork) }
	}
	e.poll = func(ctx context.Context) (time.Duration, error) {
		if err := h.stopped(kind); err != nil {
			return 0, err
		}
		if err := take(ctx, h.turn); err != nil {
			return 0, err
		}
		defer func() { <-h.turn }()
		id, another := w.identify()
		if another {
			return 0, errAnother
		}
		data, r, err := h.client.profile(ctx, profileRequest(root, q))
		if hasCause(err, CauseMissing, CauseIndex, CauseRedirect) {
			err = h.client.unserved(err, root, kind)
		}
		if err != nil {
			return 0, w.why(err)
		}
		work := h.charge(e.from, r)
		e.size = r.size
		if now, another := w.identify(); another || now != id {
			return 0, errAnother // of which process the profile is cannot be told
		}
		w.version(kind, data)
		w.send(Capture{profile.Capture{Kind: kind, Time: r.first, Data: data, Took: r.done.Sub(r.sent), GC: q.GC}})
		return work, nil
	}
	return e
}

// errAnother ends the polling of a process because another has taken its place.
var errAnother = errors.New("another process answers")

// identify asks the link which process it reaches, and says whether that is
// another one than the last that was known.
func (w *watch) identify() (id string, another bool) {
	p, ok := w.h.link.(Process)
	if !ok {
		return "", false
	}
	id = p.Identity()
	if id == "" {
		return "", false
	}
	another = w.id != "" && w.id != id
	w.id = id
	return id, another
}

// why is the reason of a failed poll: another process, where one took the place
// of the one that was asked, else err.
func (w *watch) why(err error) error {
	if _, another := w.identify(); another {
		return errAnother
	}
	return err
}

// version looks once in each process for the Go version in a heap profile.
func (w *watch) version(kind profile.Kind, data []byte) {
	if w.goVersion || kind != profile.Heap {
		return
	}
	w.goVersion = true
	if v := goVersion(data); v != "" {
		w.send(Facts{profile.Facts{GoVersion: v}})
	}
}
