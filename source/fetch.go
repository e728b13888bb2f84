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
	if err := q.check(); err != nil {
		return profile.Capture{}, err
	}
	if err := take(ctx, h.fetch); err != nil {
		return profile.Capture{}, err
	}
	defer func() { <-h.fetch }()
	if q.Seconds == 0 {
		if err := take(ctx, h.turn); err != nil {
			return profile.Capture{}, err
		}
		defer func() { <-h.turn }()
	}
	svc := h.service()
	data, r, err := h.client.profile(ctx, profileRequest(svc.root, q))
	if hasCause(err, CauseMissing, CauseIndex, CauseRedirect) {
		err = h.client.unserved(err, svc.root, q.Kind)
	}
	if err != nil {
		return profile.Capture{}, err
	}
	r.first = r.first.Add(-time.Duration(q.Seconds) * time.Second) // collecting does not count as work
	h.charge(onDemand, r)
	r.first = r.first.Add(time.Duration(q.Seconds) * time.Second)
	return profile.Capture{
		Kind: q.Kind, Time: r.first, Data: data, Took: r.done.Sub(r.sent), Seconds: q.Seconds, GC: q.GC, Debug: q.Debug,
	}, nil
}

// onDemand is the account of requests made by the user.
const onDemand = "on demand"

// askable reports whether a name is safe in the path of a request. Names come from
// the target's page and must not lead elsewhere on the server.
func askable(name profile.Kind) bool {
	return name != "" && !strings.ContainsAny(string(name), "?#%\\") && !strings.Contains(string(name), "..") && clean(string(name), 60) == string(name)
}

// check returns an error if q is not a valid request.
func (q Query) check() error {
	switch {
	case !askable(q.Kind):
		return fmt.Errorf("fetch: %q is not a profile name", clean(string(q.Kind), 60))
	case q.Seconds < 0 || q.Seconds > maxSeconds:
		return fmt.Errorf("fetch %s: seconds must be between 0 and %d", q.Kind, maxSeconds)
	case q.Debug < 0 || q.Debug > 2 || q.Debug > 0 && q.Seconds > 0:
		return fmt.Errorf("fetch %s: debug must be 0, 1 or 2, and cannot be combined with seconds", q.Kind)
	case q.Kind.Info().Timed && q.Seconds == 0:
		return fmt.Errorf("fetch %s: seconds are required", q.Kind)
	}
	return nil
}
