package source

import (
	"context"
	"errors"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// endpoints returns the endpoints to poll. The first is the probe, the cheapest.
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

// indexPoll returns the endpoint of the index page, which has the number of goroutines
// and measures the round trip.
func (w *watch) indexPoll(root string) *endpoint {
	h := w.h
	e := &endpoint{kind: Index, from: root, least: h.opts.Interval, last: time.Now(), wait: h.opts.Interval}
	e.next = e.last.Add(e.wait)
	_, metered := h.link.(Metered)
	e.explained = func() time.Duration { return indexWork }
	e.late = func() bool { return true } // anything above indexWork is network delay
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

// meteredIndex is the number of intervals between two polls of the index page over a
// [Metered] link, if the goroutine profile has the total anyway. At 3 KB per page that
// saves 1 KB/s of about 10.
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

// profilePoll returns the endpoint of one kind of profile.
func (w *watch) profilePoll(root string, kind profile.Kind) *endpoint {
	h := w.h
	q := Query{Kind: kind, GC: h.opts.GC && kind == profile.Heap}
	e := &endpoint{kind: kind, from: root + string(kind), least: h.opts.Interval, late: h.late}
	if !q.GC { // the duration of a collection is not predictable
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
			return 0, errAnother // unclear which process made the profile
		}
		w.version(kind, data)
		w.send(Capture{profile.Capture{Kind: kind, Time: r.first, Data: data, Took: r.done.Sub(r.sent), GC: q.GC}})
		return work, nil
	}
	return e
}

// errAnother ends the polling of a process that has been replaced.
var errAnother = errors.New("another process answers")

// identify asks the link which process it reaches and reports whether that is another
// one than before.
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

// why returns errAnother if the process was replaced during a failed poll, else err.
func (w *watch) why(err error) error {
	if _, another := w.identify(); another {
		return errAnother
	}
	return err
}

// version reads the Go version from the first heap profile of each process.
func (w *watch) version(kind profile.Kind, data []byte) {
	if w.goVersion || kind != profile.Heap {
		return
	}
	w.goVersion = true
	if v := goVersion(data); v != "" {
		w.send(Facts{profile.Facts{GoVersion: v}})
	}
}
