package source

import (
	"context"
	"time"

	"github.com/leaktop/leaktop/source/body"
	"github.com/leaktop/leaktop/source/poll"

	"github.com/leaktop/leaktop/source/problem"

	"github.com/leaktop/leaktop/profile"
)

// newEndpoints returns the endpoints to poll. The first is the probe, the cheapest.
func (w *watch) newEndpoints(svc discovery) []*poll.Endpoint {
	var all []*poll.Endpoint
	if svc.hasIndex {
		all = append(all, w.indexPoll(svc.root))
	}
	now := time.Now()
	for _, k := range profile.Kinds {
		if !k.Polled {
			continue
		}
		e := w.profilePoll(svc.root, k.Kind)
		e.Next = now
		if !svc.serves(k.Kind) {
			e.Disabled, e.Err = true, w.h.client.errNotServed(nil, svc.root, k.Kind)
		}
		if err := w.h.stopReason(k.Kind); err != nil {
			e.Disabled, e.Err = true, err
		}
		all = append(all, e)
	}
	return append(all, w.findMemoryPlaces(svc))
}

// indexPoll returns the endpoint of the index page, which has the number of goroutines
// and measures the round trip.
func (w *watch) indexPoll(root string) *poll.Endpoint {
	h := w.h
	e := &poll.Endpoint{Kind: Index, Path: root, MinWait: h.opts.Interval, Last: time.Now(), Wait: h.opts.Interval}
	e.Next = e.Last.Add(e.Wait)
	_, metered := h.link.(Metered)
	e.MaxAnswerWork = func() time.Duration { return poll.IndexWork }
	e.Poll = func(ctx context.Context) (time.Duration, error) {
		if err := acquireSlot(ctx, h.workSlot); err != nil {
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
		if e.MinWait = h.opts.Interval; metered && w.pollsGoroutines() {
			e.MinWait *= meteredIndex
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
	for _, e := range w.poller.Endpoints {
		if e.Kind == profile.Goroutine {
			return !e.Disabled && e.Err == nil && len(e.RecentWork) > 0
		}
	}
	return false
}

// profilePoll returns the endpoint of one kind of profile.
func (w *watch) profilePoll(root string, kind profile.Kind) *poll.Endpoint {
	h := w.h
	q := Query{Kind: kind, GC: h.opts.GC && kind == profile.Heap}
	e := &poll.Endpoint{Kind: kind, Path: root + string(kind), MinWait: h.opts.Interval}
	if !q.GC { // the duration of a collection is not predictable
		e.MaxAnswerWork = func() time.Duration { return poll.MaxAnswerWork(h.discovery().counts[kind], poll.EntryWork) }
	}
	var buffer []byte
	e.Poll = func(ctx context.Context) (time.Duration, error) {
		if err := h.stopReason(kind); err != nil {
			return 0, err
		}
		if err := acquireSlot(ctx, h.workSlot); err != nil {
			return 0, err
		}
		defer func() { <-h.workSlot }()
		id, another := w.checkIdentity()
		if another {
			return 0, poll.ErrOtherProcess
		}
		request := profileRequest(root, q)
		request.buffer = buffer
		data, r, err := h.client.getProfile(ctx, request)
		if problem.HasCause(err, problem.CauseMissing, problem.CauseIndex, problem.CauseRedirect) {
			err = h.client.errNotServed(err, root, kind)
		}
		if err != nil {
			return 0, w.failureCause(err)
		}
		work := h.bookCost(e.Path, r)
		e.Size, buffer = r.Size, bufferLike(data)
		if now, another := w.checkIdentity(); another || now != id {
			return 0, poll.ErrOtherProcess // unclear which process made the profile
		}
		w.findGoVersion(kind, data)
		w.send(Capture{profile.Capture{Kind: kind, Time: r.FirstByte, Data: data, Took: r.LastByte.Sub(r.Sent), GC: q.GC}})
		return work, nil
	}
	return e
}

// checkIdentity asks the link which process it reaches, and reports whether that has
// changed.
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
		return poll.ErrOtherProcess
	}
	return err
}

// findGoVersion reads the Go version from the first heap profile of each process.
func (w *watch) findGoVersion(kind profile.Kind, data []byte) {
	if w.goVersion || kind != profile.Heap {
		return
	}
	w.goVersion = true
	if v := body.GoVersion(data); v != "" {
		w.send(Facts{profile.Facts{GoVersion: v}})
	}
}
