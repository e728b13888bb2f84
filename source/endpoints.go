package source

import (
	"context"
	"errors"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// newEndpoints returns the endpoints to poll. The first is the probe, the cheapest.
func (w *watch) newEndpoints(svc discovery) []*pollState {
	var all []*pollState
	if svc.hasIndex {
		all = append(all, w.indexPoll(svc.root))
	}
	now := time.Now()
	for _, k := range profile.Kinds {
		if !k.Polled {
			continue
		}
		e := w.profilePoll(svc.root, k.Kind)
		e.next = now
		if !svc.serves(k.Kind) {
			e.disabled, e.err = true, w.h.client.errNotServed(nil, svc.root, k.Kind)
		}
		if err := w.h.stopReason(k.Kind); err != nil {
			e.disabled, e.err = true, err
		}
		all = append(all, e)
	}
	return append(all, w.findMemoryPlaces(svc))
}

// indexPoll returns the endpoint of the index page, which has the number of goroutines
// and measures the round trip.
func (w *watch) indexPoll(root string) *pollState {
	h := w.h
	e := &pollState{kind: Index, path: root, minWait: h.opts.Interval, last: time.Now(), wait: h.opts.Interval}
	e.next = e.last.Add(e.wait)
	_, metered := h.link.(Metered)
	e.maxAnswerWork = func() time.Duration { return indexWork }
	e.targetIsLate = func() bool { return true } // anything above indexWork is network delay
	e.poll = func(ctx context.Context) (time.Duration, error) {
		if err := acquire(ctx, h.workSlot); err != nil {
			return 0, err
		}
		defer func() { <-h.workSlot }()
		svc, r, err := h.client.getIndex(ctx, root)
		if err != nil {
			return 0, w.failureCause(err)
		}
		h.addRoundTrip(r)
		h.setCounts(svc.counts)
		w.goroutines = svc.counts[profile.Goroutine]
		if e.minWait = h.opts.Interval; metered && w.pollsGoroutines() {
			e.minWait *= meteredIndex
		}
		return h.bookCost(root, r), nil
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
			return !e.disabled && e.err == nil && len(e.recentWork) > 0
		}
	}
	return false
}

// profilePoll returns the endpoint of one kind of profile.
func (w *watch) profilePoll(root string, kind profile.Kind) *pollState {
	h := w.h
	q := Query{Kind: kind, GC: h.opts.GC && kind == profile.Heap}
	e := &pollState{kind: kind, path: root + string(kind), minWait: h.opts.Interval, targetIsLate: h.isLate}
	if !q.GC { // the duration of a collection is not predictable
		e.maxAnswerWork = func() time.Duration { return maxAnswerWork(h.discovery().counts[kind], entryWork) }
	}
	e.poll = func(ctx context.Context) (time.Duration, error) {
		if err := h.stopReason(kind); err != nil {
			return 0, err
		}
		if err := acquire(ctx, h.workSlot); err != nil {
			return 0, err
		}
		defer func() { <-h.workSlot }()
		id, another := w.checkIdentity()
		if another {
			return 0, errOtherProcess
		}
		data, r, err := h.client.getProfile(ctx, profileRequest(root, q))
		if hasCause(err, CauseMissing, CauseIndex, CauseRedirect) {
			err = h.client.errNotServed(err, root, kind)
		}
		if err != nil {
			return 0, w.failureCause(err)
		}
		work := h.bookCost(e.path, r)
		e.size = r.size
		if now, another := w.checkIdentity(); another || now != id {
			return 0, errOtherProcess // unclear which process made the profile
		}
		w.findGoVersion(kind, data)
		w.send(Capture{profile.Capture{Kind: kind, Time: r.firstByte, Data: data, Took: r.lastByte.Sub(r.sent), GC: q.GC}})
		return work, nil
	}
	return e
}

// errOtherProcess ends the polling of a process that has been replaced.
var errOtherProcess = errors.New("another process answers")

// checkIdentity asks the link which process it reaches and reports whether that is another
// one than before.
func (w *watch) checkIdentity() (id string, another bool) {
	p, ok := w.h.link.(ProcessLink)
	if !ok {
		return "", false
	}
	id = p.Identity()
	if id == "" {
		return "", false
	}
	another = w.processID != "" && w.processID != id
	w.processID = id
	return id, another
}

// failureCause returns errOtherProcess if the process was replaced during a failed poll, else err.
func (w *watch) failureCause(err error) error {
	if _, another := w.checkIdentity(); another {
		return errOtherProcess
	}
	return err
}

// findGoVersion reads the Go version from the first heap profile of each process.
func (w *watch) findGoVersion(kind profile.Kind, data []byte) {
	if w.goVersion || kind != profile.Heap {
		return
	}
	w.goVersion = true
	if v := goVersion(data); v != "" {
		w.send(Facts{profile.Facts{GoVersion: v}})
	}
}
