package kube

import (
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"time"

	"github.com/leaktop/leaktop/source/kube/fault"
	"github.com/leaktop/leaktop/source/kube/podstate"
)

// connections are the connections to the process in a pod, and what is known about how
// they ended. Their fields are guarded by the pod's mu.
type connections struct {
	pod        *Pod
	open       map[*trackedConn]struct{}
	brokenAt   time.Time         // when one ended unexpectedly; zero if that is resolved
	brokenFrom map[string]string // the containers' processes when that one was made
}

// dialOnce dials once. The connection is known to reach the process that Identity
// returns.
func (cs *connections) dialOnce(ctx context.Context, port int) (net.Conn, error) {
	p := cs.pod
	if p.isDown() {
		return nil, errNoProcess
	}
	before := p.Watched()
	inner, err := p.cluster.api.dialPod(ctx, before.Pod.Namespace, before.Pod.Name, port)
	if err != nil {
		return nil, err
	}
	if err := cs.confirmProcess(ctx, inner, before.Pod.UID, before.Identity()); err != nil {
		return nil, errors.Join(err, inner.Close())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	c := &trackedConn{Conn: inner, pod: p, port: port, process: p.watched.Identity(), processes: podstate.ContainerIdentities(p.watched.Pod)}
	cs.open[c] = struct{}{}
	return c, nil
}

// closeAll closes all connections, because they lead to a pod that was replaced.
func (cs *connections) closeAll() {
	cs.pod.mu.Lock()
	var all []*trackedConn
	for c := range cs.open {
		all = append(all, c)
	}
	cs.pod.mu.Unlock()
	for _, c := range all {
		_ = c.Close()
	}
}

// clearBroken records that the connection broken at a time was not broken by the process.
func (cs *connections) clearBroken(broken time.Time) {
	cs.pod.mu.Lock()
	defer cs.pod.mu.Unlock()
	if cs.brokenAt.Equal(broken) {
		cs.brokenAt = time.Time{}
	}
}

// markBroken records that a connection to the process ended unexpectedly, unless the
// process is already known to have been replaced.
func (cs *connections) markBroken(t *trackedConn) {
	cs.pod.mu.Lock()
	defer cs.pod.mu.Unlock()
	if cs.pod.watched.Identity() == t.process {
		cs.brokenAt, cs.brokenFrom = time.Now(), t.processes
	}
}

// trackedConn is a connection to a pod that notices whether it ended as expected.
type trackedConn struct {
	net.Conn
	pod     *Pod
	port    int
	process string // as Identity names it
	// processes are the processes of all containers when the connection was made.
	processes map[string]string
	used      atomic.Bool // something was read
	waiting   atomic.Bool // something was written since
	closed    atomic.Bool // by us
}

// Read reads from the process and notices its end.
func (t *trackedConn) Read(b []byte) (int, error) {
	n, err := t.Conn.Read(b)
	if n > 0 {
		t.used.Store(true)
		t.waiting.Store(false)
	}
	return n, t.noteEnd(err)
}

// Write writes to the process and notices its end.
func (t *trackedConn) Write(b []byte) (int, error) {
	t.waiting.Store(true)
	n, err := t.Conn.Write(b)
	return n, t.noteEnd(err)
}

// noteEnd records an end that we did not cause, and returns its reason.
func (t *trackedConn) noteEnd(err error) error {
	if err == nil || t.closed.Load() || fault.IsTimeout(err) {
		return err
	}
	if t.used.Load() {
		t.pod.conns.markBroken(t)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe) {
		return err
	}
	return t.pod.explainDial(t.port, err)
}

// Close closes the connection. If it was abandoned before the response, it may have
// broken silently.
func (t *trackedConn) Close() error {
	if !t.closed.Swap(true) && t.used.Load() && t.waiting.Load() {
		t.pod.conns.markBroken(t)
	}
	t.pod.mu.Lock()
	delete(t.pod.conns.open, t)
	t.pod.mu.Unlock()
	return t.Conn.Close()
}
