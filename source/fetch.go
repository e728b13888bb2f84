package source

import (
	"context"
	"fmt"
	"time"

	"github.com/leaktop/leaktop/source/body"

	"github.com/leaktop/leaktop/source/problem"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/plain"
)

// maxSeconds bounds a timed profile.
const maxSeconds = 600

// Fetch requests one profile now. Only one Fetch runs at a time, and not during a
// poll, unless it takes seconds, in which the target merely collects.
func (h *HTTP) Fetch(ctx context.Context, q Query) (profile.Capture, error) {
	if err := q.validate(); err != nil {
		return profile.Capture{}, err
	}
	if err := acquire(ctx, h.fetchSlot); err != nil {
		return profile.Capture{}, err
	}
	defer func() { <-h.fetchSlot }()
	if q.Seconds == 0 {
		if err := acquire(ctx, h.workSlot); err != nil {
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
