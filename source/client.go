package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"github.com/leaktop/leaktop/source/body"
	"github.com/leaktop/leaktop/source/poll"

	"github.com/leaktop/leaktop/source/problem"
	"github.com/leaktop/leaktop/source/target"
)

// client makes the requests to one service.
type client struct {
	target    target.Target // its URL has the scheme, the host and the user's prefix
	label     func() string // for error messages
	opts      Options
	transport *http.Transport
	locate    func(context.Context) error // of a [Locator]; nil without one
}

// dialFunc makes a connection other than by plain TCP.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

func newClient(t target.Target, o Options, dial dialFunc) (*client, error) {
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
		DisableCompression:     true, // package body decompresses, to bound both sizes
		MaxResponseHeaderBytes: 64 << 10,
	}
	if dial != nil {
		tr.DialContext, tr.Proxy = dial, nil
	}
	tr.DialContext = endDials(tr.DialContext, max(o.Timeout, longestDial))
	return &client{target: t, label: func() string { return t.Name }, opts: o, transport: tr}, nil
}

// longestDial is how long making a connection may take. A request gives up sooner, and
// the next one uses the connection.
const longestDial = 30 * time.Second

// endDials bounds the time of dials. The transport continues a dial that no request
// waits for any more; without a bound, a black hole would cost a socket and a goroutine
// per poll.
func endDials(dial dialFunc, after time.Duration) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, after)
		defer cancel()
		return dial(ctx, network, address)
	}
}

func (c *client) closeIdle() { c.transport.CloseIdleConnections() }

// request is one GET, or one POST of a body.
type request struct {
	subject    string        // for error messages: "heap"
	path       string        // from the root of the server
	query      string        // "debug=1"
	acceptGzip bool          // accept gzip, for text; profiles are already compressed
	collectFor time.Duration // how long the target collects before it responds
	patience   time.Duration // timeout, if shorter than Options.Timeout
	bytes      int64         // maximum size of the content, if less than Options allow
	buffer     []byte        // memory for the content, which is overwritten; may be nil

	verb        string // for error messages, "get" if empty
	body        []byte // sent by POST, if not nil
	contentType string // of body
}

func (r request) method() string {
	if r.body != nil {
		return http.MethodPost
	}
	return http.MethodGet
}

func (r request) newBody() io.Reader {
	if r.body == nil {
		return nil
	}
	return bytes.NewReader(r.body)
}

// response describes a response, apart from its content.
type response struct {
	path        string // final path, after redirects
	contentType string
	poll.Reply
}

var errNoAnswer = errors.New("no response in time")

// fetch sends a request and passes the content of a 200 response to read, bounded in
// size and time. A failure is a *Problem, except for the end of ctx.
func (c *client) fetch(ctx context.Context, q request, read func(io.Reader, response) error) (response, error) {
	if c.opts.Slots != nil {
		if err := acquireSlot(ctx, c.opts.Slots); err != nil {
			return response{}, err
		}
		defer func() { <-c.opts.Slots }()
	}
	caller := ctx
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := c.opts.Timeout + q.collectFor
	if q.patience > 0 {
		silence = min(silence, q.patience)
	}
	giveUp := func() { cancel(errNoAnswer) }
	silent := startWatchdog(silence, giveUp)
	defer silent.stop()
	slow := startWatchdog(6*c.opts.Timeout+q.collectFor, giveUp)
	defer slow.stop()

	began := time.Now()
	resp, r, err := c.sendFollowing(ctx, q)
	if err != nil {
		return r, c.locateSilence(caller, c.toProblem(ctx, q, err, time.Since(began)), hangsInUse)
	}
	defer func() { _ = resp.Body.Close() }()
	silent.feed()
	if err := c.checkStatus(q, resp); err != nil {
		return r, err
	}
	maxWire, maxContent := c.opts.MaxBody, c.opts.MaxInflated
	if q.bytes > 0 {
		maxWire, maxContent = min(maxWire, q.bytes), min(maxContent, q.bytes)
	}
	content, err := body.NewReader(resp.Header.Get("Content-Encoding"), resp.Body, maxWire, maxContent, silent.feed)
	if err == nil {
		err = read(content, r)
		r.Size = content.Size()
	}
	r.LastByte = time.Now()
	if err != nil {
		return r, c.locateSilence(caller, c.toProblem(ctx, q, err, time.Since(began)), hangsInUse)
	}
	return r, nil
}

const (
	// hangs is what is known of a service when each hop on the way to it responds.
	hangs      = "the cluster reaches the pod: the service hangs, or gets no CPU"
	hangsInUse = hangs + "; --timeout allows more"
)

// locateSilence says which hop on the way to the target does not respond, if the link
// can find out: the hop may be far from the service. next is what to do if it is none.
func (c *client) locateSilence(ctx context.Context, err error, next string) error {
	p, ok := errors.AsType[*problem.Problem](err)
	if !ok || p.Cause != problem.CauseTimeout || c.locate == nil {
		return err
	}
	where, ok := errors.AsType[Explainer](c.locate(ctx))
	if !ok {
		p.Next = next
		return p
	}
	subject, why, remedy := where.Explain()
	if subject != "" {
		why = subject + ": " + why
	}
	return &problem.Problem{Cause: problem.CauseTimeout, Why: p.Why + ": " + why, Next: remedy, Err: where}
}

// sendFollowing sends the request and follows redirects to a canonical path on the same
// server (/debug/pprof to /debug/pprof/). It never follows one to another server,
// which would receive the credentials.
func (c *client) sendFollowing(ctx context.Context, q request) (*http.Response, response, error) {
	u := target.NewURL(c.target.URL.Scheme, c.target.URL.Host, q.path)
	u.RawQuery = q.query
	for range 3 {
		resp, r, err := c.roundTrip(ctx, q, u)
		if err != nil || resp.StatusCode < 300 || resp.StatusCode > 399 {
			return resp, r, err
		}
		to, err := resp.Location()
		if err != nil || !isSameButSlash(u, to) {
			return resp, r, nil
		}
		_ = resp.Body.Close()
		u.Path, u.RawPath = to.Path, to.RawPath
	}
	return nil, response{}, &problem.Problem{Cause: problem.CauseRedirect, Subject: c.describe(q), Why: "the server redirects in a loop", Next: "its rules for trailing slashes contradict each other: use the port of the service itself"}
}

// isSameButSlash reports whether to differs from u only in a trailing slash.
func isSameButSlash(u, to *url.URL) bool {
	return to.Host == u.Host && to.Scheme == u.Scheme && to.Path != u.Path &&
		strings.TrimSuffix(to.Path, "/") == strings.TrimSuffix(u.Path, "/")
}

func (c *client) roundTrip(ctx context.Context, q request, u *url.URL) (*http.Response, response, error) {
	r := response{path: u.EscapedPath(), Reply: poll.Reply{Sent: time.Now()}}
	var first time.Time
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn:              func(httptrace.GotConnInfo) { r.Sent = time.Now() },
		GotFirstResponseByte: func() { first = time.Now() },
	}), q.method(), u.String(), q.newBody())
	if err != nil {
		return nil, r, err
	}
	if q.contentType != "" {
		req.Header.Set("Content-Type", q.contentType)
	}
	req.Header.Set("User-Agent", "leaktop")
	req.Header.Set("Accept-Encoding", "identity")
	if q.acceptGzip {
		req.Header.Set("Accept-Encoding", "gzip")
	}
	if err := c.opts.addCredentials(req, c.target); err != nil {
		return nil, r, &credentialError{err}
	}
	resp, err := c.transport.RoundTrip(req)
	if err != nil {
		return nil, r, err
	}
	r.FirstByte, r.contentType = first, resp.Header.Get("Content-Type")
	return resp, r, nil
}

// credentialError reports that there is no token to send. It does not unwrap,
// because its whole text, with the file's name, is the reason.
type credentialError struct{ err error }

func (e *credentialError) Error() string { return e.err.Error() }
