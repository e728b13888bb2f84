package source

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/body"
	"github.com/leaktop/leaktop/source/problem"
	"github.com/leaktop/leaktop/source/recording"
)

// maxSeconds bounds a timed profile.
const maxSeconds = 600

// Fetch requests one profile now. Only one Fetch runs at a time, and not during a
// poll, unless it takes seconds, in which the target merely collects.
func (h *HTTP) Fetch(ctx context.Context, q Query) (profile.Capture, error) {
	if err := q.validate(); err != nil {
		return profile.Capture{}, err
	}
	if err := acquireSlot(ctx, h.fetchSlot); err != nil {
		return profile.Capture{}, err
	}
	defer func() { <-h.fetchSlot }()
	if q.Seconds == 0 {
		if err := acquireSlot(ctx, h.workSlot); err != nil {
			return profile.Capture{}, err
		}
		defer func() { <-h.workSlot }()
	}
	svc := h.discovery()
	data, r, err := h.client.getProfile(ctx, profileRequest(svc.root, q))
	if problem.HasCause(err, problem.CauseMissing, problem.CauseIndex, problem.CauseRedirect) {
		err = h.client.errNotServed(err, svc.root, q.Kind)
	}
	if err != nil {
		return profile.Capture{}, err
	}
	r.FirstByte = r.FirstByte.Add(-time.Duration(q.Seconds) * time.Second) // collecting does not count as work
	h.bookCost(onDemandAccount, r)
	r.FirstByte = r.FirstByte.Add(time.Duration(q.Seconds) * time.Second)
	return profile.Capture{
		Kind: q.Kind, Time: r.FirstByte, Data: data, Took: r.LastByte.Sub(r.Sent), Seconds: q.Seconds, GC: q.GC, Debug: q.Debug,
	}, nil
}

// onDemandAccount is the account of requests made by the user.
const onDemandAccount = "on demand"

// validate returns an error if q is not a valid request.
func (q Query) validate() error {
	switch {
	case !body.IsSafeName(q.Kind):
		return fmt.Errorf("fetch: %q is not a profile name", plain.Clip(string(q.Kind), 60))
	case q.Seconds < 0 || q.Seconds > maxSeconds:
		return fmt.Errorf("fetch %s: seconds must be between 0 and %d", q.Kind, maxSeconds)
	case q.Debug < 0 || q.Debug > 2 || q.Debug > 0 && q.Seconds > 0:
		return fmt.Errorf("fetch %s: debug must be 0, 1 or 2, and cannot be combined with seconds", q.Kind)
	case q.Kind.Info().Timed && q.Seconds == 0:
		return fmt.Errorf("fetch %s: seconds are required", q.Kind)
	}
	return nil
}

// Fetch returns the newest matching profile before the moment shown that was fetched
// during the recording. It fails if there is none.
func (r *Recorded) Fetch(_ context.Context, q Query) (profile.Capture, error) {
	if it := r.findCapture(q); it != nil {
		return r.rec.Load(it)
	}
	what := string(q.Kind)
	switch {
	case q.GC:
		what = "a heap profile right after a collection"
	case q.Debug == 2:
		what = "full goroutine stacks"
	}
	return profile.Capture{}, &problem.Problem{
		Cause: problem.CauseMissing, Subject: "get " + plain.Clip(what, 60), Why: "the recording has none up to this moment",
		Next: "get it from the live service",
	}
}

// HasCapture reports whether Fetch would find a profile.
func (r *Recorded) HasCapture(q Query) bool { return r.findCapture(q) != nil }

// CaptureTime returns the time of the profile that Fetch would find, zero if it would find
// none.
func (r *Recorded) CaptureTime(q Query) (at time.Time) {
	if it := r.findCapture(q); it != nil {
		at = it.Time
	}
	return at
}

func (r *Recorded) findCapture(q Query) *recording.Item {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := len(r.rec.Items) - 1; i >= 0; i-- {
		it := &r.rec.Items[i]
		c := it.Capture
		if it.Message == nil && c.Kind == q.Kind && c.Debug == q.Debug && !it.Time.After(r.now) && (!q.GC || c.GC) {
			return it
		}
	}
	return nil
}

// Offers returns the kinds of profiles in the recording.
func (r *Recorded) Offers() []profile.Kind {
	r.mu.Lock()
	defer r.mu.Unlock()
	var kinds []profile.Kind
	for i := range r.rec.Items {
		it := &r.rec.Items[i]
		if k := it.Capture.Kind; it.Message == nil && it.Capture.Debug == 0 && !slices.Contains(kinds, k) && k != profile.Trace {
			kinds = append(kinds, k)
		}
	}
	return kinds
}
