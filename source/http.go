package source

import (
	"context"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/poll"

	"github.com/leaktop/leaktop/source/problem"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/target"
)

// HTTP watches a service that serves net/http/pprof.
type HTTP struct {
	client *client
	link   Link // nil for plain TCP
	pid    int  // of the process on this machine that the user named; 0 for none
	opts   Options
	// workSlot is held during a request that costs the target work, so that there is
	// only one at a time. fetch is held during a Fetch.
	workSlot, fetchSlot chan struct{}

	mu         sync.Mutex // guards the fields below, which Fetch and Offers read during Watch
	discovered discovery
	// roundTrips and costs outlive a restart of the target.
	roundTrips poll.RoundTrips
	costs      poll.Costs
	stops      map[profile.Kind]error // kinds that are no longer polled, and why
}

func openHTTP(_ context.Context, t target.Target, o Options) (Source, error) {
	return newHTTP(t, o, nil)
}

// newHTTP returns the source of t, over link if it is not nil.
func newHTTP(t target.Target, o Options, link Link) (*HTTP, error) {
	var dial dialFunc
	if link != nil {
		dial = link.DialContext
	}
	c, err := newClient(t, o, dial)
	if err != nil {
		return nil, err
	}
	if l, ok := link.(NamedLink); ok {
		c.label = l.Name
	}
	if l, ok := link.(Locator); ok {
		c.locate = l.Locate
	}
	return &HTTP{
		client: c, link: link, opts: o,
		workSlot: make(chan struct{}, 1), fetchSlot: make(chan struct{}, 1),
		discovered: discovery{root: candidateRoots(t.URL.EscapedPath())[0]},
	}, nil
}

// Name returns the target without secrets.
func (h *HTTP) Name() string { return h.client.label() }

// Probe checks once whether the target serves pprof. It returns nil if it does, a
// [*problem.Problem] if not, or the cause of the end of ctx.
func (h *HTTP) Probe(ctx context.Context) error {
	svc, err := h.client.discoverPprof(ctx, h.addRoundTrip)
	if err == nil {
		h.setDiscovery(svc)
	}
	return err
}

// TraceBudget implements [Tracer].
func (h *HTTP) TraceBudget() (cost float64, ok bool) { return h.opts.Cost, !h.opts.NoTrace }

// Close closes the connections.
func (h *HTTP) Close() error {
	h.client.closeIdle()
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
	if len(h.discovered.kinds) > 0 {
		return slices.Clone(h.discovered.kinds)
	}
	var kinds []profile.Kind
	for _, k := range profile.Kinds {
		if k.Kind != profile.GoroutineLeak {
			kinds = append(kinds, k.Kind)
		}
	}
	return kinds
}

// setDiscovery stores the result of discovery.
func (h *HTTP) setDiscovery(s discovery) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.discovered = s
}

func (h *HTTP) discovery() discovery {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.discovered
}

// bookCost books the cost of a response to an account, and returns it.
func (h *HTTP) bookCost(account string, r response) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	w := h.roundTrips.WorkOf(r.Reply)
	h.costs.Book(account, r.Sent, w)
	return w
}

// acquireSlot waits for a slot. It fails only if ctx ends.
func acquireSlot(ctx context.Context, turn chan struct{}) error {
	select {
	case turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// addRoundTrip records a response of the index page.
func (h *HTTP) addRoundTrip(r response) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.roundTrips.AddReply(r.Reply)
}

// setCounts stores the latest counts of the index page.
func (h *HTTP) setCounts(counts map[profile.Kind]int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.discovered.counts = counts
}

// coreShare returns the share of one core that the latest polls used.
func (h *HTTP) coreShare(now time.Time, known map[string]poll.Account) float64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.costs.CoreShare(now, known)
}

// StopKind ends the polls of a kind. Other kinds are polled as before.
func (h *HTTP) StopKind(k profile.Kind, why *problem.Problem) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stops == nil {
		h.stops = map[profile.Kind]error{}
	}
	h.stops[k] = why
}

// stopReason returns why a kind is no longer polled, nil if it is polled.
func (h *HTTP) stopReason(k profile.Kind) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.stops[k]
}
