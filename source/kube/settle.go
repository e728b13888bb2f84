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

// errLeft is the end of a connection to a pod that has been replaced.
var errLeft = errors.New("the pod was replaced while it was dialled")

// settle waits until a fresh connection to the pod uid is known to reach the
// process before, or the watcher has been told of another one.
//
// While another connection is open nothing can have happened. With none, one
// look at the pod tells. After a connection broke, the process may be a new
// one that the API does not show yet; then the pod is looked at until it shows
// a new process, or still the old one running when it could no longer.
func (p *Pod) settle(ctx context.Context, fresh net.Conn, uid types.UID, before string) error {
	dialled, pace := time.Now(), p.cluster.pace
	for ctx.Err() == nil {
		p.mu.Lock()
		broken, alone, left := p.broken, len(p.open) == 0, p.pod.UID != uid
		p.mu.Unlock()
		switch {
		case left:
			return errLeft
		case p.Identity() != before, broken.IsZero() && !alone:
			return nil
		}
		if err := failed(fresh); err != nil {
			return err
		}
		looked := time.Now()
		if err := p.Refresh(ctx); err != nil {
			return err
		}
		if p.Identity() != before {
			continue // tell whether it is another pod
		}
		runs := p.runs()
		switch {
		case broken.IsZero():
			return nil
		case runs && looked.Sub(broken) > pace.settle:
			p.whole(broken)
			return nil
		case !runs && looked.Sub(dialled) > pace.settle:
			return errNoProcess
		}
		sleep(ctx, pace.step)
	}
	return context.Cause(ctx)
}

// errNoProcess is overruled by the container's state, which says more.
var errNoProcess = errors.New("the container is not running")

// failed tells why the connection has ended already, nil if it has not.
func failed(c net.Conn) error {
	if c, ok := c.(*conn); ok {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.reason
	}
	return nil
}

// runs tells whether one of the containers that may serve the port has a
// process.
func (p *Pod) runs() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, name := range servingContainers(p.pod, p.port, p.wanted) {
		if s := statusOf(p.pod, name); s != nil && s.State.Running != nil {
			return true
		}
	}
	return false
}

// whole notes that the break of that time was none of the process.
func (p *Pod) whole(broken time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken.Equal(broken) {
		p.broken = time.Time{}
	}
}

// broke notes that a connection to the process ended that should not have,
// unless it is known by now that the process is another one.
func (p *Pod) broke(t *tracked) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if identity(p.pod, servingContainers(p.pod, p.port, p.wanted)) == t.process {
		p.broken, p.brokenFrom = time.Now(), t.processes
	}
}

// tracked is a connection to a pod, which knows whether it ended as it should.
type tracked struct {
	net.Conn
	pod     *Pod
	port    int
	process string // as Identity names it
	// processes are those of all containers when the connection was made.
	processes map[string]string
	used      atomic.Bool // something was read
	waiting   atomic.Bool // something was written since
	closed    atomic.Bool // by us
}

// Read reads, and notices the end of a process.
func (t *tracked) Read(b []byte) (int, error) {
	n, err := t.Conn.Read(b)
	if n > 0 {
		t.used.Store(true)
		t.waiting.Store(false)
	}
	return n, t.ended(err)
}

// Write writes, and notices the end of a process.
func (t *tracked) Write(b []byte) (int, error) {
	t.waiting.Store(true)
	n, err := t.Conn.Write(b)
	return n, t.ended(err)
}

// ended notes an end that is not ours, and says what it was.
func (t *tracked) ended(err error) error {
	if err == nil || t.closed.Load() || isTimeout(err) {
		return err
	}
	if t.used.Load() {
		t.pod.broke(t)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe) {
		return err
	}
	return t.pod.explainDial(t.port, err)
}

// Close ends the connection. One that is given up before the answer may have
// broken without a sign.
func (t *tracked) Close() error {
	if !t.closed.Swap(true) && t.used.Load() && t.waiting.Load() {
		t.pod.broke(t)
	}
	t.pod.mu.Lock()
	delete(t.pod.open, t)
	t.pod.mu.Unlock()
	return t.Conn.Close()
}
