package source

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
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
	if hasCause(err, CauseMissing, CauseIndex, CauseRedirect) {
		err = h.client.errNotServed(err, svc.root, q.Kind)
	}
	if err != nil {
		return profile.Capture{}, err
	}
	r.firstByte = r.firstByte.Add(-time.Duration(q.Seconds) * time.Second) // collecting does not count as work
	h.bookCost(onDemandAccount, r)
	r.firstByte = r.firstByte.Add(time.Duration(q.Seconds) * time.Second)
	return profile.Capture{
		Kind: q.Kind, Time: r.firstByte, Data: data, Took: r.lastByte.Sub(r.sent), Seconds: q.Seconds, GC: q.GC, Debug: q.Debug,
	}, nil
}

// onDemandAccount is the account of requests made by the user.
const onDemandAccount = "on demand"

// isSafeName reports whether a name is safe in the path of a request. Names come from
// the target's page and must not lead elsewhere on the server.
func isSafeName(name profile.Kind) bool {
	return name != "" && !strings.ContainsAny(string(name), "?#%\\") && !strings.Contains(string(name), "..") && cleanText(string(name), 60) == string(name)
}

// validate returns an error if q is not a valid request.
func (q Query) validate() error {
	switch {
	case !isSafeName(q.Kind):
		return fmt.Errorf("fetch: %q is not a profile name", cleanText(string(q.Kind), 60))
	case q.Seconds < 0 || q.Seconds > maxSeconds:
		return fmt.Errorf("fetch %s: seconds must be between 0 and %d", q.Kind, maxSeconds)
	case q.Debug < 0 || q.Debug > 2 || q.Debug > 0 && q.Seconds > 0:
		return fmt.Errorf("fetch %s: debug must be 0, 1 or 2, and cannot be combined with seconds", q.Kind)
	case q.Kind.Info().Timed && q.Seconds == 0:
		return fmt.Errorf("fetch %s: seconds are required", q.Kind)
	}
	return nil
}
