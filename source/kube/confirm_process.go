package kube

import (
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// errPodReplaced reports that the pod was replaced during the dial.
var errPodReplaced = errors.New("the pod was replaced during the dial")

// confirmProcess waits until a new connection to the pod uid is known to reach the process
// before, or the watcher has been notified of another one.
//
// While another connection is open, the process cannot have changed. If there is
// none, reading the pod once is enough. After a connection broke, there may be a new
// process that the API does not show yet. Then the pod is read until it shows a new
// process, or shows the old one as running at a time when an end would be visible.
func (p *Pod) confirmProcess(ctx context.Context, fresh net.Conn, uid types.UID, before string) error {
	dialled, pace := time.Now(), p.cluster.timeouts
	for ctx.Err() == nil {
		p.mu.Lock()
		broken, alone, left := p.brokenAt, len(p.openConns) == 0, p.pod.UID != uid
		p.mu.Unlock()
		switch {
		case left:
			return errPodReplaced
		case p.Identity() != before, broken.IsZero() && !alone:
			return nil
		}
		if err := endedReason(fresh); err != nil {
			return err
		}
		looked := time.Now()
		if err := p.Refresh(ctx); err != nil {
			return err
		}
		if p.Identity() != before {
			continue // check whether it is another pod
		}
		runs := p.isRunning()
		switch {
		case broken.IsZero():
			return nil
		case runs && looked.Sub(broken) > pace.statusLag:
			p.clearBroken(broken)
			return nil
		case !runs && looked.Sub(dialled) > pace.statusLag:
			return errNoProcess
		}
		sleepFor(ctx, pace.lookInterval)
	}
	return context.Cause(ctx)
}

// errNoProcess is replaced by the container's state, which is more specific.
var errNoProcess = errors.New("the container is not running")

// endedReason returns why the connection has already ended, nil if it has not.
func endedReason(c net.Conn) error {
	if c, ok := c.(*conn); ok {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.reason
	}
	return nil
}

// isRunning reports whether one of the containers that may serve the port has a process.
func (p *Pod) isRunning() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, name := range servingContainers(p.pod, p.port, p.wanted) {
		if s := statusOf(p.pod, name); s != nil && s.State.Running != nil {
			return true
		}
	}
	return false
}

// clearBroken records that the connection broken at a time was not broken by the process.
func (p *Pod) clearBroken(broken time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.brokenAt.Equal(broken) {
		p.brokenAt = time.Time{}
	}
}

// markBroken records that a connection to the process ended unexpectedly, unless the
// process is already known to have been replaced.
func (p *Pod) markBroken(t *trackedConn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if processIdentity(p.pod, servingContainers(p.pod, p.port, p.wanted)) == t.process {
		p.brokenAt, p.brokenFrom = time.Now(), t.processes
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
	if err == nil || t.closed.Load() || isTimeout(err) {
		return err
	}
	if t.used.Load() {
		t.pod.markBroken(t)
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
		t.pod.markBroken(t)
	}
	t.pod.mu.Lock()
	delete(t.pod.openConns, t)
	t.pod.mu.Unlock()
	return t.Conn.Close()
}
