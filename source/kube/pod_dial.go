package kube

import (
	"context"
	"errors"
	"net"
	"strconv"
	"time"

	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/source/kube/forward"

	"github.com/leaktop/leaktop/source/kube/fault"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// DialContext connects to the port of address in the pod or its successor; it ignores
// the host. It is for an http.Transport. Its errors are a [fault.Error], and so are those
// of the connection, except io.EOF if the process closed it.
//
// After a connection broke it takes up to 3 s, the time that the cluster needs to
// report a restart: see the package's guarantee.
func (p *Pod) DialContext(ctx context.Context, _, addr string) (net.Conn, error) {
	port, err := portOf(addr)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(untracedContext{ctx}, p.cluster.timeouts.dialTimeout)
	defer cancel()
	c, err := p.conns.dialOnce(ctx, port)
	for range 2 { // the pod may have been replaced
		if !apierrors.IsNotFound(err) && !errors.Is(err, errPodReplaced) {
			break
		}
		if err := p.Refresh(ctx); err != nil {
			return nil, err
		}
		c, err = p.conns.dialOnce(ctx, port)
	}
	if err != nil {
		return nil, p.explainDial(port, err)
	}
	return c, nil
}

// portOf returns the port of an address. The error is a [fault.Error].
func portOf(addr string) (int, error) {
	_, text, err := net.SplitHostPort(addr)
	if err != nil {
		return 0, fault.New(err, "", "dial %s: %v", addr, err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return 0, fault.New(err, "", "dial %s: the port is not a number", addr)
	}
	return port, nil
}

// DialUntracked connects to the port of address. It draws no conclusions from how the
// connection ends, so it is suitable for other containers. The error is a [fault.Error].
func (p *Pod) DialUntracked(ctx context.Context, _, addr string) (net.Conn, error) {
	port, err := portOf(addr)
	if err != nil {
		return nil, err
	}
	pod := p.Watched().Pod
	return p.cluster.api.dialPod(untracedContext{ctx}, pod.Namespace, pod.Name, port)
}

// untracedContext hides a context's values from the requests to the API server that a dial
// makes. An httptrace in it is for the request that needs the connection, and would
// mistake the API server's response for the pod's.
type untracedContext struct{ context.Context }

func (untracedContext) Value(any) any { return nil }

// isDown reports whether the open watch of the pod shows no process. A dial would only
// be refused, once a second for minutes in a crash loop.
func (p *Pod) isDown() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	w := p.watched
	return p.stopStream != nil && p.err == nil && !hasEnded(w.Pod, w.Container()) && !w.IsAnyRunning()
}

// ErrNotRunning is among the causes of a failure to reach a container without a process.
var ErrNotRunning = errors.New("the container has no process")

// IsForbidden reports whether a permission is missing.
func IsForbidden(err error) bool { return apierrors.IsForbidden(err) }

// ErrRefused is among the causes of a failure to reach a port at which nothing listens.
var ErrRefused = errors.New("nothing listens at the port")

// explainDial returns why the port cannot be reached. It considers the container's
// state, which is the reason more often than the network.
func (p *Pod) explainDial(port int, err error) error {
	w := p.Watched()
	what, container := "reach port "+strconv.Itoa(port)+" of pod "+w.Pod.Name, w.Container()
	if why := w.NotRunningReason(); why != "" {
		return fault.NewOf(what, errors.Join(ErrNotRunning, err), "leaktop continues when it is", "its container %s is not running: %s", container, why)
	}
	var refused *forward.PortError
	switch {
	case errors.As(err, &refused) && refused.IsRefused() && w.IsStarting():
		since := time.Since(w.Start()).Round(time.Second)
		return fault.NewOf(what, err, "leaktop continues when it does", "container %s started %s ago and does not listen there yet", container, quantity.Duration(since))
	case errors.As(err, &refused) && refused.IsRefused():
		return fault.NewOf(what, errors.Join(ErrRefused, err), "nothing listens there, name the port that serves pprof, as in pod/"+w.Pod.Name+":PORT", "connection refused")
	case errors.As(err, &refused):
		return fault.NewOf(what, err, "", "%s", refused.Text)
	case apierrors.IsInternalError(err) && !fault.IsBackend(err):
		// The kubelet responds so while it replaces a container and for some seconds after.
		return fault.NewOf(what, err, "the container may be restarting; leaktop tries again", "the kubelet could not forward the port: %s", fault.Text(err))
	case errors.Is(err, forward.ErrCut), errors.Is(err, errPodReplaced):
		return fault.NewOf(what, err, "leaktop reconnects", "%v", err)
	}
	return p.cluster.output.AddLastWords(fault.Explain(what, err))
}
