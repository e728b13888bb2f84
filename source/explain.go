package source

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"strings"
	"syscall"
	"time"
)

// failure is one row of the table of what can go wrong below HTTP.
type failure struct {
	cause Cause
	match func(err error) bool
	why   string // may have one %s: the error's own text, cleaned
	next  string
}

// failures is walked from the top: the first row that matches names the cause.
var failures = []failure{
	{CauseAuth, as[*credentialError], "%s", "put a valid token there"},
	{CauseLarge, as[*tooLargeError], "%s", "this is beyond what leaktop takes from a target"},
	{CauseContent, as[*encodingError], "the answer is %s, which was not asked for", "look for a proxy that packs answers by itself"},
	{CauseContent, is(gzip.ErrHeader, gzip.ErrChecksum), "the answer is damaged (%s)", "look for a proxy that changes answers"},
	{CauseTimeout, is(errSilent, context.DeadlineExceeded), "no answer in time", "the service hangs, or the network drops packets; --timeout allows more"},
	{CauseName, as[*net.DNSError], "the host name has no address here", "check the name, and whether this machine's DNS knows it"},
	{CauseRefused, is(syscall.ECONNREFUSED), "connection refused: nothing listens there", "check the port, and that the service runs and listens on this address"},
	{CauseRefused, says("actively refused"), "connection refused: nothing listens there", "check the port, and that the service runs and listens on this address"}, // Windows
	{CauseRoute, is(syscall.EHOSTUNREACH, syscall.ENETUNREACH), "no route to the host", "check the address, the network, a VPN"},
	{CauseSocket, is(fs.ErrNotExist), "there is no such socket", "check the path, and that the service runs"},
	{CauseSocket, is(fs.ErrPermission), "this user may not open the socket", "run as the user of the service, or as a member of the socket's group"},
	{CauseTLS, as[x509.UnknownAuthorityError], "the server's certificate is signed by an unknown authority", "give its CA with --cacert"},
	{CauseTLS, as[x509.HostnameError], "the server's certificate is for another name", "use the name it was issued for"},
	{CauseTLS, as[x509.CertificateInvalidError], "the server's certificate is not valid (%s)", "check its dates and this machine's clock"},
	{CauseTLS, as[*tls.CertificateVerificationError], "the server's certificate cannot be verified (%s)", "give its CA with --cacert"},
	{CauseTLS, as[tls.RecordHeaderError], "the server does not speak TLS on this port", "write http:// instead of https://"},
	{CauseTLS, says("remote error: tls:"), "the server refuses the TLS connection (%s)", "if it wants a client certificate, give it with --cert and --key"},
	{CauseTLS, says("tls:"), "TLS fails (%s)", "check the certificates"},
	{CauseLarge, says("response headers exceeded"), "the headers of the answer are larger than 64 KiB", "this is no pprof endpoint"},
	{CauseNotHTTP, says("malformed HTTP", "malformed MIME"), "what answers is no HTTP/1.1 server", "check the port: it may be that of gRPC, a database, or TLS"},
	{CauseContent, says("chunk"), "the parts that the answer came in are damaged (%s)", "look for a proxy that changes answers"},
	{CauseCut, is(io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE), "the connection was closed before the end of the answer", ""},
	{CauseCut, says("connection broken", "closed idle connection"), "the connection broke", ""},
}

func as[T error](err error) bool {
	_, ok := errors.AsType[T](err)
	return ok
}

func is(targets ...error) func(error) bool {
	return func(err error) bool {
		for _, t := range targets {
			if errors.Is(err, t) {
				return true
			}
		}
		return false
	}
}

func says(texts ...string) func(error) bool {
	return func(err error) bool {
		for _, t := range texts {
			if strings.Contains(err.Error(), t) {
				return true
			}
		}
		return false
	}
}

// explain makes a Problem of what failed below HTTP, took after the request
// began. The end of the caller's own ctx stays what it is.
func (c *client) explain(ctx context.Context, q request, err error, took time.Duration) error {
	if cause := context.Cause(ctx); cause != nil {
		if !errors.Is(cause, errSilent) {
			return cause
		}
		err = errSilent
	}
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	p := &Problem{Cause: CauseOther, What: c.what(q), Why: clean(c.hide(err.Error()), 200), Err: err}
	if e, ok := errors.AsType[Explainer](err); ok {
		p.What = ""
		p.Why, p.Next = e.Explain()
		return p
	}
	for _, f := range failures {
		if f.match(err) {
			p.Cause, p.Why, p.Next = f.cause, f.why, f.next
			if strings.Contains(f.why, "%s") {
				p.Why = fmt.Sprintf(f.why, clean(c.hide(root(err).Error()), 120))
			}
			break
		}
	}
	switch {
	case p.Cause == CauseTimeout:
		p.Why = fmt.Sprintf("no answer within %v", took.Round(100*time.Millisecond))
	case p.Cause == CauseCut && took > time.Second:
		p.Why += fmt.Sprintf(", after %v", took.Round(100*time.Millisecond))
		p.Next = fmt.Sprintf("if this repeats, the server's WriteTimeout (or a proxy's) is shorter than %s takes: raise it for /debug/pprof/", q.what)
	case p.Cause == CauseCut:
		p.Next = "the service restarts, or its WriteTimeout is very short"
	}
	return p
}

func (c *client) what(q request) string { return "get " + q.what + " from " + c.name() }

// root is the innermost error, which says the reason without the addresses
// that the others put before it.
func root(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}
