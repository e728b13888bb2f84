package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/leaktop/leaktop/source/poll"
	"github.com/leaktop/leaktop/source/problem"
	"github.com/leaktop/leaktop/source/store"
	"github.com/leaktop/leaktop/source/store/parca"
	"github.com/leaktop/leaktop/source/store/pyroscope"
	"github.com/leaktop/leaktop/source/target"
)

// storeRequester sends requests to a store, with the credentials and bounds of a target.
type storeRequester struct {
	client *client
	repeat bool // repeat requests that fail for a temporary reason
}

// storePatience is how long a store may be silent: it reads days of profiles for some
// answers.
const storePatience = time.Minute

// newStoreRequester returns the requester of a store.
func newStoreRequester(t target.Target, o Options, repeat bool) (*storeRequester, error) {
	if o.Timeout == DefaultTimeout {
		o.Timeout = storePatience
	}
	c, err := newClient(t, o, nil)
	if err != nil {
		return nil, err
	}
	c.transport.MaxIdleConnsPerHost = 8
	return &storeRequester{c, repeat}, nil
}

// storeClient reads from a profile store and writes to it.
type storeClient interface {
	store.Reader
	store.Writer
}

// newStoreClient has a row for each kind of profile store.
var newStoreClient = map[string]func(store.Requester) storeClient{
	target.SchemeParca:     func(to store.Requester) storeClient { return parca.New(to) },
	target.SchemePyroscope: func(to store.Requester) storeClient { return pyroscope.New(to) },
}

// connectStore returns the client of a target's profile store, and the requester that
// it uses.
func connectStore(t target.Target, o Options, repeat bool) (storeClient, *storeRequester, error) {
	newClient, ok := newStoreClient[t.Scheme]
	if !ok {
		return nil, nil, fmt.Errorf("connect to %s: no store has the scheme %q", t.Name, t.Scheme)
	}
	to, err := newStoreRequester(t, o, repeat)
	if err != nil {
		return nil, nil, err
	}
	return newClient(to), to, nil
}

// maxRepeats is the maximum number of retries of a request.
const maxRepeats = 2

// Send implements [store.Requester].
func (s *storeRequester) Send(ctx context.Context, r store.Request, read func(io.Reader) error) error {
	q := request{
		subject: r.Subject, verb: r.Verb, path: s.client.target.URL.EscapedPath() + r.Path, query: r.Query.Encode(),
		body: r.Body, contentType: r.ContentType, bytes: r.MaxBytes, acceptGzip: true,
	}
	for i := 0; ; i++ {
		_, err := s.client.fetch(ctx, q, func(body io.Reader, _ response) error { return read(body) })
		p, ok := errors.AsType[*problem.Problem](err)
		if !ok {
			return err
		}
		if !s.repeat || i == maxRepeats || !isTemporary(p.Cause) {
			return explainStore(p)
		}
		if poll.SleepFor(ctx, max(min(p.RetryAfter, 5*time.Second), time.Second/2<<i)) != nil {
			return context.Cause(ctx)
		}
	}
}

// isTemporary reports whether a request that failed for a cause may succeed a moment
// later.
func isTemporary(c problem.Cause) bool {
	return c == problem.CauseCut || c == problem.CauseDown || c == problem.CauseOften
}

// explainStore replaces the advice of a problem with advice for a store.
func explainStore(p *problem.Problem) *problem.Problem {
	const tenant = "a tenant is given with --header 'X-Scope-OrgID: TENANT'"
	out := *p
	switch p.Cause {
	case problem.CauseAuth:
		out.Next = "give --bearer-token-file, or --header 'Authorization: @FILE'; " + tenant
	case problem.CauseForbidden:
		out.Next = "these credentials may not do that in this store: use others; " + tenant
	case problem.CauseMissing:
		out.Why, out.Next = "the server does not have it (404)", "check the address, with its path if it has one, and that the scheme names the right kind of store"
	case problem.CauseTimeout:
		out.Next = "try a shorter range with --since, or allow more time with --timeout"
	case problem.CauseRefused:
		out.Next = "check the address, and that the store is running"
	case problem.CauseDown:
		out.Why, out.Next = fmt.Sprintf("the store does not answer at the moment (%d)", p.Status), "try again in a minute"
	case problem.CauseOften:
		out.Next = "try again in a minute"
	case problem.CauseCut:
		out.Next = "a proxy, or the store itself, cuts off long responses: try a shorter range with --since"
	}
	if errors.Is(p.Err, store.ErrContent) {
		out.Cause, out.Why, out.Next = problem.CauseContent, "the answer is not what this kind of store sends", "check the address, and that the scheme names the right kind of store"
	}
	return &out
}
