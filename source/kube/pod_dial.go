package kube

import (
	"context"
	"errors"
	"net"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// DialContext connects to the port of address in the pod or its successor; it ignores
// the host. It is for an http.Transport. Its errors are an [Error], and so are those
// of the connection, except io.EOF if the process closed it.
//
// After a connection broke it takes up to 3 s, the time that the cluster needs to
// report a restart: see the package's guarantee.
func (p *Pod) DialContext(ctx context.Context, _, addr string) (net.Conn, error) {
	_, text, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, newError(err, "", "dial %s: %v", addr, err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return nil, newError(err, "", "dial %s: the port is not a number", addr)
	}
	ctx, cancel := context.WithTimeout(untracedContext{ctx}, p.cluster.timeouts.dialTimeout)
	defer cancel()
	c, err := p.dialOnce(ctx, port)
	for range 2 { // the pod may have been replaced
		if !apierrors.IsNotFound(err) && !errors.Is(err, errPodReplaced) {
			break
		}
		if err := p.Refresh(ctx); err != nil {
			return nil, err
		}
		c, err = p.dialOnce(ctx, port)
	}
	if err != nil {
		return nil, p.explainDial(port, err)
	}
	return c, nil
}

// DialUntracked connects to the port of address. It draws no conclusions from how the
// connection ends, so it is suitable for other containers. The error is an [Error].
func (p *Pod) DialUntracked(ctx context.Context, _, addr string) (net.Conn, error) {
	_, text, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, newError(err, "", "dial %s: %v", addr, err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return nil, newError(err, "", "dial %s: the port is not a number", addr)
	}
	pod := p.currentPod()
	return p.cluster.api.dialPod(untracedContext{ctx}, pod.Namespace, pod.Name, port)
}

// untracedContext hides a context's values from the requests to the API server that a dial
// makes. An httptrace in it is for the request that needs the connection, and would
// mistake the API server's response for the pod's.
type untracedContext struct{ context.Context }

func (untracedContext) Value(any) any { return nil }

// dialOnce dials once. The connection is known to reach the process that Identity
// returns.
func (p *Pod) dialOnce(ctx context.Context, port int) (net.Conn, error) {
	if p.isDown() {
		return nil, errNoProcess
	}
	pod, before := p.currentPod(), p.Identity()
	inner, err := p.cluster.api.dialPod(ctx, pod.Namespace, pod.Name, port)
	if err != nil {
		return nil, err
	}
	if err := p.confirmProcess(ctx, inner, pod.UID, before); err != nil {
		return nil, errors.Join(err, inner.Close())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	c := &trackedConn{Conn: inner, pod: p, port: port, process: processIdentity(p.pod, servingContainers(p.pod, p.port, p.wanted)), processes: containerIdentities(p.pod)}
	p.openConns[c] = struct{}{}
	return c, nil
}

// isDown reports whether the open watch of the pod shows no process. A dial would only
// be refused, once a second for minutes in a crash loop.
func (p *Pod) isDown() bool {
	p.mu.Lock()
	watched := p.stopStream != nil && p.err == nil && !hasEnded(p.pod, containerBehind(p.pod, p.port, p.wanted))
	p.mu.Unlock()
	return watched && !p.isRunning()
}

// explainDial returns why the port cannot be reached. It considers the container's
// state, which is the reason more often than the network.
func (p *Pod) explainDial(port int, err error) error {
	pod := p.currentPod()
	what := "reach port " + strconv.Itoa(port) + " of pod " + pod.Name
	if why := notRunningReason(pod, p.servingContainer()); why != "" {
		return newError(err, "leaktop continues when it is", "%s: its container %s is not running: %s", what, p.servingContainer(), why)
	}
	var refused *portError
	switch {
	case errors.As(err, &refused) && refused.isRefused() && p.IsStarting():
		since := time.Since(containerStart(statusOf(pod, p.servingContainer()))).Round(time.Second)
		return newError(err, "leaktop continues when it does", "%s: container %s started %v ago and does not listen there yet", what, p.servingContainer(), since)
	case errors.As(err, &refused) && refused.isRefused():
		return newError(err, "nothing listens there, name the port that serves pprof, as in pod/"+pod.Name+":PORT", "%s: connection refused", what)
	case errors.As(err, &refused):
		return newError(err, "", "%s: %s", what, refused.text)
	case apierrors.IsInternalError(err) && !isBackend(err):
		// The kubelet responds so while it replaces a container and for some seconds after.
		return newError(err, "the container may be restarting; leaktop tries again", "%s: the kubelet could not forward the port: %s", what, errorText(err))
	case errors.Is(err, errCut), errors.Is(err, errPodReplaced):
		return newError(err, "leaktop reconnects", "%s: %v", what, err)
	}
	return p.cluster.output.addLastWords(explainError(what, err))
}
