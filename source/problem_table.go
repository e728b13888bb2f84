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

	"github.com/leaktop/leaktop/source/body"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/source/problem"
)

// failure is a row of the table of failures below HTTP.
type failure struct {
	cause problem.Cause
	match func(err error) bool
	why   string // may have one %s for the error's own text, cleaned
	next  string
}

// failures is the table of failures below HTTP. The first row that matches applies.
var failures = []failure{
	{problem.CauseAuth, matchesType[*credentialError], "%s", "provide a valid token"},
	{problem.CauseLarge, matchesType[*body.TooLargeError], "%s", "this exceeds what leaktop accepts from a target"},
	{problem.CauseDamaged, matchesType[*body.EncodingError], "the response is %s, which was not requested", "look for a proxy that compresses responses"},
	{problem.CauseDamaged, matchesAny(gzip.ErrHeader, gzip.ErrChecksum), "the response is damaged (%s)", "look for a proxy that modifies responses"},
	{problem.CauseTimeout, matchesAny(errNoAnswer, context.DeadlineExceeded), "no response in time", "the service hangs, or the network drops packets; --timeout allows more time"},
	{problem.CauseName, matchesType[*net.DNSError], "the host name does not resolve on this machine", "check the name and this machine's DNS"},
	{problem.CauseRefused, matchesAny(syscall.ECONNREFUSED), "connection refused: nothing listens there", "check the port, and that the service is running and listens on this address"},
	{problem.CauseRefused, matchesText("actively refused"), "connection refused: nothing listens there", "check the port, and that the service is running and listens on this address"}, // Windows
	{problem.CauseRoute, matchesAny(syscall.EHOSTUNREACH, syscall.ENETUNREACH), "no route to the host", "check the address, the network, a VPN"},
	{problem.CauseSocket, matchesAny(fs.ErrNotExist), "the socket does not exist", "check the path, and that the service is running"},
	{problem.CauseSocket, matchesAny(fs.ErrPermission), "no permission to open the socket", "run as the user of the service, or as a member of the socket's group"},
	{problem.CauseTLS, matchesType[x509.UnknownAuthorityError], "the server's certificate is signed by an unknown authority", "give its CA with --cacert"},
	{problem.CauseTLS, matchesType[x509.HostnameError], "the server's certificate is for another name", "use the name it was issued for"},
	{problem.CauseTLS, matchesType[x509.CertificateInvalidError], "the server's certificate is not valid (%s)", "check its dates and this machine's clock"},
	{problem.CauseTLS, matchesType[*tls.CertificateVerificationError], "the server's certificate cannot be verified (%s)", "give its CA with --cacert"},
	{problem.CauseTLS, matchesType[tls.RecordHeaderError], "the server does not speak TLS on this port", "write http:// instead of https://"},
	{problem.CauseTLS, matchesText("remote error: tls:"), "the server refuses the TLS connection (%s)", "if it requires a client certificate, give it with --cert and --key"},
	{problem.CauseTLS, matchesText("tls:"), "TLS failed (%s)", "check the certificates"},
	{problem.CauseLarge, matchesText("response headers exceeded"), "the response headers are larger than 64 KiB", "this is not a pprof endpoint: check the port"},
	{problem.CauseNotHTTP, matchesText("malformed HTTP", "malformed MIME"), "the server does not speak HTTP/1.1", "check the port: it may belong to gRPC, a database, or TLS"},
	{problem.CauseDamaged, matchesText("chunk", "header line too long"), "the chunks of the response are damaged (%s)", "look for a proxy that modifies responses"},
	{problem.CauseCut, matchesAny(io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE), "the connection was closed before the end of the response", ""},
	{problem.CauseCut, matchesText("connection broken", "closed idle connection"), "the connection broke", ""},
}

func matchesType[T error](err error) bool {
	_, ok := errors.AsType[T](err)
	return ok
}

func matchesAny(targets ...error) func(error) bool {
	return func(err error) bool {
		for _, t := range targets {
			if errors.Is(err, t) {
				return true
			}
		}
		return false
	}
}

func matchesText(texts ...string) func(error) bool {
	return func(err error) bool {
		for _, t := range texts {
			if strings.Contains(err.Error(), t) {
				return true
			}
		}
		return false
	}
}

// toProblem turns a failure below HTTP into a Problem. took is the time since the
// request began. If the caller's ctx has ended, it returns the cause of that.
func (c *client) toProblem(ctx context.Context, q request, err error, took time.Duration) error {
	if cause := context.Cause(ctx); cause != nil {
		if !errors.Is(cause, errNoAnswer) {
			return cause
		}
		err = errNoAnswer
	}
	if p, ok := errors.AsType[*problem.Problem](err); ok {
		return p
	}
	p := &problem.Problem{Cause: problem.CauseOther, Subject: c.describe(q), Why: plain.Clip(c.hideSecrets(err.Error()), 200), Err: err}
	if e, ok := errors.AsType[Explainer](err); ok {
		p.Subject, p.Why, p.Next = e.Explain()
		return p
	}
	for _, f := range failures {
		if f.match(err) {
			p.Cause, p.Why, p.Next = f.cause, f.why, f.next
			if strings.Contains(f.why, "%s") {
				p.Why = fmt.Sprintf(f.why, plain.Clip(c.hideSecrets(innermostError(err).Error()), 120))
			}
			break
		}
	}
	switch {
	case p.Cause == problem.CauseTimeout:
		p.Why = "no response within " + quantity.Duration(took)
	case p.Cause == problem.CauseCut && took > time.Second:
		p.Why += ", after " + quantity.Duration(took)
		p.Next = fmt.Sprintf("if this repeats, the server's WriteTimeout (or a proxy's) is shorter than %s takes: raise it for /debug/pprof/", q.subject)
	case p.Cause == problem.CauseCut:
		p.Next = "the service may be restarting, or its WriteTimeout is very short"
	}
	return p
}

func (c *client) describe(q request) string {
	if q.verb != "" {
		return q.verb + " " + q.subject + " to " + c.label()
	}
	return "get " + q.subject + " from " + c.label()
}

// innermostError returns the innermost error, which states the reason without the addresses
// that the others prepend.
func innermostError(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}
