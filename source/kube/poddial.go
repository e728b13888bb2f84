package kube

import (
	"context"
	"errors"
	"io"
	"net"
	"strconv"
	"sync/atomic"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
)

const (
	// settleTime is how long after the end of a process the API may still show
	// it: the kubelet looks once a second, then writes the status; measured at
	// one second for the new restart count.
	settleTime = 3 * time.Second
	settleStep = 200 * time.Millisecond
	// freshFor is how long a look at the pod holds for a connection that is
	// opened without another one to vouch for the process.
	freshFor = time.Second
)

// DialContext connects to the port of address in the pod, or in the one that
// came for it; the host in address is not looked at. It is for an
// http.Transport. Its errors are an [Error]; so are those of the connection,
// except io.EOF when the process closed it.
//
// After a connection broke it takes up to 3 s, the time that the cluster needs
// to tell of a restart: see the package's promise.
func (p *Pod) DialContext(ctx context.Context, _, addr string) (net.Conn, error) {
	_, text, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fail(err, "dial %s: %v", addr, err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return nil, fail(err, "dial %s: the port is not a number", addr)
	}
	c, err := p.connect(ctx, port)
	for range 2 { // the pod may have been replaced, before or meanwhile
		if !apierrors.IsNotFound(err) && !errors.Is(err, errLeft) {
			break
		}
		if err := p.Refresh(ctx); err != nil {
			return nil, err
		}
		c, err = p.connect(ctx, port)
	}
	if err != nil {
		return nil, p.explainDial(port, err)
	}
	return c, nil
}

// connect dials once. The connection it returns is known to reach the process
// that Identity names.
func (p *Pod) connect(ctx context.Context, port int) (net.Conn, error) {
	pod := p.now()
	inner, err := p.cluster.api.dial(ctx, pod.Namespace, pod.Name, port)
	if err != nil {
		return nil, err
	}
	if err := p.settle(ctx, pod.UID); err != nil {
		return nil, errors.Join(err, inner.Close())
	}
	c := &tracked{Conn: inner, pod: p, port: port}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open[c] = struct{}{}
	return c, nil
}

// errLeft is the end of a connection to a pod that has been replaced.
var errLeft = errors.New("the pod was replaced while it was dialled")

// settle waits until a fresh connection is known to reach the process that
// Identity names, or the watcher has been told of another one.
func (p *Pod) settle(ctx context.Context, uid types.UID) error {
	before := p.Identity()
	for {
		p.mu.Lock()
		unsure := time.Since(p.broken) < settleTime
		alone := len(p.open) == 0 && time.Since(p.seen) > freshFor
		left := p.pod.UID != uid
		p.mu.Unlock()
		if left {
			return errLeft
		}
		if !unsure && !alone || p.Identity() != before {
			return nil
		}
		if err := p.Refresh(ctx); err != nil {
			return err
		}
		if unsure && p.Identity() == before {
			sleep(ctx, settleStep)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
}

// explainDial says why the port can't be reached, with the container's state,
// which is the reason more often than the network.
func (p *Pod) explainDial(port int, err error) error {
	pod := p.now()
	what := "reach port " + strconv.Itoa(port) + " of pod " + pod.Name
	if why := trouble(pod, p.container()); why != "" {
		return fail(err, "%s: its container %s is not running: %s; leaktop goes on when it is", what, p.container(), why)
	}
	var refused *portError
	switch {
	case errors.As(err, &refused) && refused.refused():
		return fail(err, "%s: connection refused; nothing listens there, name the port that serves pprof, as in pod/%s:PORT", what, pod.Name)
	case errors.As(err, &refused):
		return fail(err, "%s: %s", what, refused.text)
	case errors.Is(err, errCut), errors.Is(err, errLeft):
		return fail(err, "%s: %v; leaktop connects anew", what, err)
	}
	return p.cluster.output.explain(explain(what, err))
}

// tracked is a connection to a pod, which knows whether it ended as it should.
type tracked struct {
	net.Conn
	pod    *Pod
	port   int
	used   atomic.Bool // something was read
	closed atomic.Bool // by us
}

// Read reads, and notices the end of a process.
func (t *tracked) Read(b []byte) (int, error) {
	n, err := t.Conn.Read(b)
	if n > 0 {
		t.used.Store(true)
	}
	if err == nil || t.closed.Load() || isTimeout(err) {
		return n, err
	}
	if t.used.Load() {
		t.pod.mu.Lock()
		t.pod.broken = time.Now()
		t.pod.mu.Unlock()
	}
	if !errors.Is(err, io.EOF) {
		err = t.pod.explainDial(t.port, err)
	}
	return n, err
}

// Close ends the connection.
func (t *tracked) Close() error {
	t.closed.Store(true)
	t.pod.mu.Lock()
	delete(t.pod.open, t)
	t.pod.mu.Unlock()
	return t.Conn.Close()
}
