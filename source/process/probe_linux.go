package process

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	scanTimeout = 200 * time.Millisecond // for one of many listeners
	findTimeout = 2 * time.Second        // for the one that the user named
	maxProbes   = 4                      // at once
	scanProbes  = 40                     // in one scan; the next scan probes the others
	maxIndex    = 64 << 10
	// A socket that does not serve pprof may be starting. It is probed again, less and less
	// often, because it may log an error for each probe.
	firstRetry = 10 * time.Second
	lastRetry  = 10 * time.Minute
	recheck    = time.Minute // of a listener that serves pprof
)

// probed identifies a listener of a process.
type probed struct {
	pid      int
	started  time.Duration
	listener Listener
}

// probe is the result of probing a listener.
type probe struct {
	pprof bool
	wait  time.Duration
	next  time.Time // when the listener is probed again
}

// probes are the results so far, by listener.
type probes map[probed]probe

// probeDue probes the listeners that are due, each for at most timeout.
func (p probes) probeDue(ctx context.Context, now time.Time, timeout time.Duration, all []probed) {
	var g errgroup.Group
	g.SetLimit(maxProbes)
	due := make([]probed, 0, len(all))
	for _, at := range all {
		if !p[at].next.After(now) && len(due) < scanProbes {
			due = append(due, at)
		}
	}
	answers := make([]bool, len(due))
	for i, at := range due {
		g.Go(func() error {
			answers[i] = servesPprof(ctx, timeout, at.listener)
			return nil
		})
	}
	_ = g.Wait() // none fails
	p.forgetOthers(all)
	for i, at := range due {
		r := probe{pprof: answers[i], wait: recheck}
		if !r.pprof {
			r.wait = min(max(firstRetry, 2*p[at].wait), lastRetry)
		}
		r.next = now.Add(r.wait)
		p[at] = r
	}
}

// markPprof marks the listeners that serve pprof, and puts them first. keys has the key of
// each listener.
func (p probes) markPprof(listeners []Listener, keys []probed) {
	for i := range listeners {
		listeners[i].ServesPprof = p[keys[i]].pprof
	}
	slices.SortStableFunc(listeners, func(a, b Listener) int { return rankListener(a) - rankListener(b) })
}

// rankListener orders listeners: those that serve pprof come first, and ports before files.
func rankListener(l Listener) (n int) {
	if !l.ServesPprof {
		n = 2
	}
	if l.Network == "unix" {
		n++
	}
	return n
}

// forgetOthers forgets the listeners that are gone.
func (p probes) forgetOthers(all []probed) {
	there := make(map[probed]bool, len(all))
	for _, at := range all {
		there[at] = true
	}
	for at := range p {
		if !there[at] {
			delete(p, at)
		}
	}
}

// servesPprof reports whether a listener answers with the index page of net/http/pprof.
func servesPprof(ctx context.Context, timeout time.Duration, l Listener) bool {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	transport := &http.Transport{
		DisableKeepAlives: true, MaxResponseHeaderBytes: maxIndex,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, l.Network, l.Address)
		},
	}
	defer transport.CloseIdleConnections()
	host := "localhost"
	if l.Network == "tcp" {
		host = l.Address
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+host+"/debug/pprof/", nil)
	if err != nil {
		return false
	}
	answer, err := transport.RoundTrip(r) // no redirects
	if err != nil {
		return false
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return false
	}
	index, err := io.ReadAll(io.LimitReader(answer.Body, maxIndex))
	return err == nil && bytes.Contains(index, []byte("/debug/pprof/")) && bytes.Contains(index, []byte("goroutine?debug="))
}
