package source

import (
	"context"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// HTTP watches a service that serves net/http/pprof.
type HTTP struct {
	client *client
	link   Link // nil for plain TCP
	opts   Options
	// turn is held during a request that costs the target work, so that there is
	// only one at a time. fetch is held during a Fetch.
	turn, fetch chan struct{}

	mu  sync.Mutex // guards what follows, which Fetch and Offers read during Watch
	svc service
	// trips and ledger outlive a restart of the target.
	trips trips
	// delayed is when an answer of the index page was delayed last; zero for never.
	delayed time.Time
	ledger  ledger
	stops   map[profile.Kind]error // kinds that are no longer polled, and why
}

func openHTTP(_ context.Context, t Target, o Options) (Source, error) { return newHTTP(t, o, nil) }

// newHTTP returns the source of t, over link if it is not nil.
func newHTTP(t Target, o Options, link Link) (*HTTP, error) {
	var dial dialFunc
	if link != nil {
		dial = link.DialContext
	}
	c, err := newClient(t, o, dial)
	if err != nil {
		return nil, err
	}
	if l, ok := link.(Named); ok {
		c.name = l.Name
	}
	if l, ok := link.(Locator); ok {
		c.locate = l.Locate
	}
	return &HTTP{
		client: c, link: link, opts: o,
		turn: make(chan struct{}, 1), fetch: make(chan struct{}, 1),
		svc: service{root: roots(t.URL.EscapedPath())[0]},
	}, nil
}

// Name returns the target without secrets.
func (h *HTTP) Name() string { return h.client.name() }

// Probe checks once whether the target serves pprof. It returns nil if it does, a
// [*Problem] if not, or the cause of the end of ctx.
func (h *HTTP) Probe(ctx context.Context) error {
	svc, err := h.client.discover(ctx, h.trip)
	if err == nil {
		h.found(svc)
	}
	return err
}

// TraceBudget implements [Tracer].
func (h *HTTP) TraceBudget() (cost float64, ok bool) { return h.opts.Cost, !h.opts.NoTrace }

// Close closes the connections.
func (h *HTTP) Close() error {
	h.client.close()
	if c, ok := h.link.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// Offers returns the profiles that the index page lists or, before that is known,
// those that every service has.
func (h *HTTP) Offers() []profile.Kind {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.svc.offers) > 0 {
		return slices.Clone(h.svc.offers)
	}
	var kinds []profile.Kind
	for _, k := range profile.Kinds {
		if k.Kind != profile.GoroutineLeak {
			kinds = append(kinds, k.Kind)
		}
	}
	return kinds
}

// found stores the result of discovery.
func (h *HTTP) found(s service) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.svc = s
}

func (h *HTTP) service() service {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.svc
}

// charge books the cost of a response to an account, and returns it.
func (h *HTTP) charge(account string, r reply) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	w := h.trips.work(r)
	h.ledger.add(account, r.sent, w)
	return w
}

// take acquires turn. It fails only if ctx ends.
func take(ctx context.Context, turn chan struct{}) error {
	select {
	case turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// trip records a response of the index page.
func (h *HTTP) trip(r reply) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.trips.add(r)
	if h.trips.delays() {
		h.delayed = r.sent
	}
}

// late reports whether the target responds late to everything, or the network loses
// packets.
func (h *HTTP) late() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.trips.late() || h.trips.wide() || !h.delayed.IsZero() && time.Since(h.delayed) < lossyFor
}

// counted stores the latest counts of the index page.
func (h *HTTP) counted(counts map[profile.Kind]int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.svc.counts = counts
}

// cost returns the share of one core that the latest polls used.
func (h *HTTP) cost(now time.Time, known map[string]account) float64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.ledger.share(now, known)
}

// StopKind ends the polls of a kind. Other kinds are polled as before.
func (h *HTTP) StopKind(k profile.Kind, why *Problem) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stops == nil {
		h.stops = map[profile.Kind]error{}
	}
	h.stops[k] = why
}

// stopped is why a kind is not polled any more, nil if it is.
func (h *HTTP) stopped(k profile.Kind) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.stops[k]
}
