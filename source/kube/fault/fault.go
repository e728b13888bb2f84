// Package fault explains failures of a cluster: what happened, why, and what to do next.
package fault

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/leaktop/leaktop/profile/plain"
)

// Error is a failure as shown to the user: what happened, why, and what to do next,
// in one line, without secrets and control characters.
type Error struct {
	Subject string // what was attempted: "reach port 8080 of pod web"; empty if Why says it
	Why     string // "connection refused"
	Next    string // what to do; may be empty
	Err     error  // the cause; may be nil
}

// Error returns one sentence.
func (e *Error) Error() string {
	s := e.Text()
	if e.Next != "" {
		s += "; " + e.Next
	}
	return plain.Line(s)
}

// Text returns what happened and why, without what to do.
func (e *Error) Text() string {
	if e.Subject == "" {
		return e.Why
	}
	return e.Subject + ": " + e.Why
}

// Explain returns the parts of the sentence.
func (e *Error) Explain() (subject, why, next string) { return e.Subject, e.Why, e.Next }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New returns an [Error] with a formatted text, a cause, which may be nil, and what to do
// next, which may be empty.
func New(cause error, next, format string, args ...any) error {
	return NewOf("", cause, next, format, args...)
}

// NewOf is like [New] for what was attempted; the formatted text says only why it failed.
func NewOf(subject string, cause error, next, format string, args ...any) error {
	return &Error{Subject: CleanText(subject), Why: CleanText(fmt.Sprintf(format, args...)), Next: CleanText(next), Err: cause}
}

// causeTable is the table of known causes. The first row that matches applies.
var causeTable = []struct {
	match func(error) bool
	why   string // "" for the error's own text
	next  string
}{
	{apierrors.IsForbidden, "", "ask an administrator for a Role with get on pods, and get and create on pods/portforward"},
	{apierrors.IsUnauthorized, "the cluster does not accept the credentials (401)", "log in again as for kubectl"},
	{IsPlugin, "", "run kubectl get pods once to see what the credential plugin needs, then try again"},
	{IsType[*net.DNSError], "", "check the name in the kubeconfig, and whether the VPN is up"},
	{IsType[x509.UnknownAuthorityError], "", "check certificate-authority-data in the kubeconfig, or a proxy that opens TLS in between"},
	{IsType[x509.HostnameError], "", "check the server in the kubeconfig"},
	{IsType[x509.CertificateInvalidError], "", "check the clock of this machine and the cluster's certificates"},
	{isErrno(syscall.ECONNREFUSED), "the API server refused the connection", "check that the cluster is up and the context is the right one"},
	{isErrno(syscall.ENETUNREACH), "no route to the API server", "check whether the VPN is up"},
	{isErrno(syscall.EHOSTUNREACH), "no route to the API server", "check whether the VPN is up"},
	{IsTimeout, "the cluster did not answer in time", "check the VPN or the proxy, or allow more with --timeout"},
	{IsBackend, "", "the API server does not reach the pod's node: see kubectl get nodes; leaktop continues when it does"},
	{apierrors.IsServiceUnavailable, "", "the API server is starting or overloaded: try again"},
}

// Explain turns an error of the cluster into an [Error]. what is the attempted
// action: "find deploy/checkout". An [Error] is returned unchanged.
func Explain(what string, err error) error {
	if err == nil || IsType[*Error](err) || errors.Is(err, context.Canceled) {
		return err
	}
	for _, c := range causeTable {
		if c.match(err) {
			why := c.why
			if why == "" {
				why = Text(err)
			}
			return NewOf(what, err, c.next, "%s", why)
		}
	}
	return NewOf(what, err, "", "%s", Text(err))
}

// Text returns the error's text without the URL that Go's client prepends.
func Text(err error) string {
	var status apierrors.APIStatus
	if errors.As(err, &status) {
		return status.Status().Message
	}
	s := err.Error()
	if i := strings.LastIndex(s, `": `); i >= 0 && strings.Contains(s[:i], "://") {
		s = s[i+3:]
	}
	return s
}

// IsType reports whether an error in the chain has the type.
func IsType[T error](err error) bool {
	_, ok := errors.AsType[T](err)
	return ok
}

func isErrno(n syscall.Errno) func(error) bool {
	return func(err error) bool { return errors.Is(err, n) }
}

// IsTimeout reports whether the error means that something did not respond in time.
func IsTimeout(err error) bool {
	var n net.Error
	return errors.Is(err, context.DeadlineExceeded) || apierrors.IsTimeout(err) || errors.As(err, &n) && n.Timeout()
}

// IsBackend reports whether the API server's message means that it cannot reach a
// kubelet.
func IsBackend(err error) bool { return strings.Contains(err.Error(), "error dialing backend") }

// IsPlugin recognizes errors of client-go's exec package by their text, since they
// have no types.
func IsPlugin(err error) bool {
	s := err.Error()
	return strings.Contains(s, "getting credentials: ") || strings.Contains(s, "exec plugin")
}

// CleanText makes one line of untrusted text: without control characters and repeated
// spaces, at most 400 runes.
func CleanText(s string) string { return plain.Clip(s, 400) }
