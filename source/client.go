package source

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"
)

// client makes the requests to one service.
type client struct {
	target    Target        // its URL has the scheme, the host and the user's prefix
	name      func() string // for error messages
	opts      Options
	transport *http.Transport
	locate    func(context.Context) error // of a [Locator]; nil without one
}

// dialFunc makes a connection other than by plain TCP.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

func newClient(t Target, o Options, dial dialFunc) (*client, error) {
	conf, err := o.tlsConfig()
	if err != nil {
		return nil, err
	}
	// One keep-alive connection carries the polls, and a second one profiles that
	// take seconds. HTTP/1.1 ensures that no other response delays the first byte,
	// which is timed.
	tr := &http.Transport{
		TLSClientConfig:        conf,
		Proxy:                  http.ProxyFromEnvironment, // never for loopback
		DialContext:            (&net.Dialer{KeepAlive: 15 * time.Second}).DialContext,
		TLSHandshakeTimeout:    o.Timeout,
		MaxIdleConnsPerHost:    1,
		IdleConnTimeout:        90 * time.Second,
		DisableCompression:     true, // body.go decompresses, to bound both sizes
		MaxResponseHeaderBytes: 64 << 10,
	}
	if dial != nil {
		tr.DialContext, tr.Proxy = dial, nil
	}
	tr.DialContext = endDials(tr.DialContext, max(o.Timeout, longestDial))
	return &client{target: t, name: func() string { return t.Name }, opts: o, transport: tr}, nil
}

// longestDial is how long a connection may take to be made. A request gives up
// sooner, and the next one finds the connection.
const longestDial = 30 * time.Second

// endDials bounds dials. The transport goes on with one that a request no longer
// waits for, so that a black hole would collect a socket and a goroutine a poll.
func endDials(dial dialFunc, after time.Duration) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, after)
		defer cancel()
		return dial(ctx, network, address)
	}
}

func (c *client) close() { c.transport.CloseIdleConnections() }

// request is one GET.
type request struct {
	what  string        // for error messages: "heap"
	path  string        // from the root of the server
	query string        // "debug=1"
	pack  bool          // accept gzip: for text; profiles are compressed already
	after time.Duration // how long the target collects before it responds
	most  time.Duration // timeout, if shorter than Options.Timeout
	bytes int64         // maximum size of the content, if less than Options allow
}

// reply describes a response, apart from its content.
type reply struct {
	path  string // final path, after redirects
	mime  string
	sent  time.Time // when the request was written, after dialling
	first time.Time // when the first byte arrived
	done  time.Time // when the last byte arrived
	size  int64     // size of the uncompressed content in bytes
}

var errSilent = errors.New("no response in time")

// get sends a request and passes the content of a 200 response to read, bounded in
// size and time. A failure is a *Problem, except for the end of ctx.
func (c *client) get(ctx context.Context, q request, read func(io.Reader, reply) error) (reply, error) {
	caller := ctx
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := c.opts.Timeout + q.after
	if q.most > 0 {
		silence = min(silence, q.most)
	}
	watchdog := time.AfterFunc(silence, func() { cancel(errSilent) })
	defer watchdog.Stop()
	atMost := time.AfterFunc(6*c.opts.Timeout+q.after, func() { cancel(errSilent) })
	defer atMost.Stop()

	began := time.Now()
	resp, r, err := c.follow(ctx, q)
	if err != nil {
		return r, c.locateSilence(caller, c.explain(ctx, q, err, time.Since(began)))
	}
	defer func() { _ = resp.Body.Close() }()
	watchdog.Reset(silence)
	if err := c.checkStatus(q, resp); err != nil {
		return r, err
	}
	maxWire, maxContent := c.opts.MaxBody, c.opts.MaxInflated
	if q.bytes > 0 {
		maxWire, maxContent = min(maxWire, q.bytes), min(maxContent, q.bytes)
	}
	wire := &wireReader{r: resp.Body, most: maxWire, alive: func() { watchdog.Reset(silence) }}
	body, err := unpacked(resp.Header.Get("Content-Encoding"), wire, maxContent)
	if err == nil {
		err = read(body, r)
	}
	r.done, r.size = time.Now(), wire.n
	if b, ok := body.(*boundedReader); ok {
		r.size = b.most - b.left
	}
	if err != nil {
		return r, c.locateSilence(caller, c.explain(ctx, q, err, time.Since(began)))
	}
	return r, nil
}

// locateSilence says which part of the way to the target is silent, where the link can
// find that out: what hangs may be far from the service.
func (c *client) locateSilence(ctx context.Context, err error) error {
	p, ok := errors.AsType[*Problem](err)
	if !ok || p.Cause != CauseTimeout || c.locate == nil {
		return err
	}
	where, ok := errors.AsType[Explainer](c.locate(ctx))
	if !ok {
		p.Next = "the cluster reaches the pod: the service hangs, or gets no CPU; --timeout allows more"
		return p
	}
	why, next := where.Explain()
	return &Problem{Cause: CauseTimeout, Why: p.Why + ": " + why, Next: next, Err: where}
}

// follow sends the request and follows redirects to a canonical path on the same
// server (/debug/pprof to /debug/pprof/). It never follows one to another server,
// which would receive the credentials.
func (c *client) follow(ctx context.Context, q request) (*http.Response, reply, error) {
	u := at(c.target.URL.Scheme, c.target.URL.Host, q.path)
	u.RawQuery = q.query
	for range 3 {
		resp, r, err := c.send(ctx, q, u)
		if err != nil || resp.StatusCode < 300 || resp.StatusCode > 399 {
			return resp, r, err
		}
		to, err := resp.Location()
		if err != nil || !canonical(u, to) {
			return resp, r, nil
		}
		_ = resp.Body.Close()
		u.Path, u.RawPath = to.Path, to.RawPath
	}
	return nil, reply{}, &Problem{Cause: CauseRedirect, What: c.what(q), Why: "the server redirects in a circle", Next: "its rules for trailing slashes contradict each other: use the port of the service itself"}
}

// canonical reports whether to differs from u only in a trailing slash.
func canonical(u, to *url.URL) bool {
	return to.Host == u.Host && to.Scheme == u.Scheme && to.Path != u.Path &&
		strings.TrimSuffix(to.Path, "/") == strings.TrimSuffix(u.Path, "/")
}

func (c *client) send(ctx context.Context, q request, u *url.URL) (*http.Response, reply, error) {
	r := reply{path: u.EscapedPath(), sent: time.Now()}
	var first time.Time
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn:              func(httptrace.GotConnInfo) { r.sent = time.Now() },
		GotFirstResponseByte: func() { first = time.Now() },
	}), http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, r, err
	}
	req.Header.Set("User-Agent", "leaktop")
	req.Header.Set("Accept-Encoding", "identity")
	if q.pack {
		req.Header.Set("Accept-Encoding", "gzip")
	}
	if err := c.opts.authorize(req, c.target.auth); err != nil {
		return nil, r, &credentialError{err}
	}
	resp, err := c.transport.RoundTrip(req)
	if err != nil {
		return nil, r, err
	}
	r.first, r.mime = first, resp.Header.Get("Content-Type")
	return resp, r, nil
}

// credentialError reports that there is no token to send. It does not unwrap,
// because its whole text, with the file's name, is the reason.
type credentialError struct{ err error }

func (e *credentialError) Error() string { return e.err.Error() }
