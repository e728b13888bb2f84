package kube

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/streaming/pkg/httpstream"
)

// reasonTimeout is how long the end of a stream waits for its reason. That is
// sent on another stream before, so it is here already, if there is one; where
// there is none, containerd keeps the other stream open for a second.
const reasonTimeout = 200 * time.Millisecond

// errCut is the end of a connection that the cluster cut off, as opposed to one
// that the process in the pod closed.
var errCut = errors.New("the connection through the cluster was cut")

// conn is a connection to a port of a pod. A net.Pipe stands between its user
// and the streams, which know no deadlines.
type conn struct {
	net.Conn // the user's end of the pipe
	tunnel   *tunnel
	remote   address
	once     sync.Once
	mu       sync.Mutex
	reason   error // why the pod's side ended
}

// address names the far end of a conn.
type address string

func (a address) Network() string { return "portforward" }
func (a address) String() string  { return string(a) }

// openStreams makes a conn of a fresh tunnel, and ends the tunnel if it can't.
func openStreams(ctx context.Context, t *tunnel, port int) (net.Conn, error) {
	c, err := runDetached(ctx, func() (*conn, error) {
		c, err := newConn(t, port)
		if err != nil {
			t.drop()
		}
		return c, err
	}, func(c *conn) { _ = c.Close() })
	if err != nil {
		// Frees a call that was left behind, which nothing else does.
		go t.drop()
		return nil, err
	}
	return c, nil
}

func newConn(t *tunnel, port int) (*conn, error) {
	headers := http.Header{}
	headers.Set(corev1.StreamType, corev1.StreamTypeError)
	headers.Set(corev1.PortHeader, strconv.Itoa(port))
	headers.Set(corev1.PortForwardRequestIDHeader, "0")
	reasons, err := t.CreateStream(headers)
	if err != nil {
		return nil, fmt.Errorf("open error stream: %w", err)
	}
	_ = reasons.Close() // we only read it
	reason := make(chan error, 1)
	go func() { reason <- readReason(reasons) }()
	headers.Set(corev1.StreamType, corev1.StreamTypeData)
	data, err := t.CreateStream(headers)
	if err != nil { // refused before it was open; the reason says more
		return nil, errors.Join(reasonOf(reason), fmt.Errorf("open data stream: %w", err))
	}
	user, pod := net.Pipe()
	c := &conn{Conn: user, tunnel: t, remote: address("port " + strconv.Itoa(port))}
	go c.receive(pod, data, reason)
	go c.send(data, pod)
	return c, nil
}

// receive passes on what the pod sends, until either end closes.
func (c *conn) receive(pod net.Conn, data httpstream.Stream, reason <-chan error) {
	_, err := io.Copy(pod, data)
	if !errors.Is(err, io.ErrClosedPipe) { // else the user closed
		c.setReason(c.why(reason))
	}
	_ = pod.Close()
	c.end()
}

// why finds out what ended the data stream: the kubelet's word, a cut, or nil
// for a process that closed its end.
func (c *conn) why(reason <-chan error) error {
	if err := reasonOf(reason); err != nil {
		return err
	}
	if c.tunnel.lost() {
		return errCut
	}
	return nil
}

// send passes on what the user writes. Only the user's Close ends it, or
// receive.
func (c *conn) send(data httpstream.Stream, pod net.Conn) {
	_, err := io.Copy(data, pod)
	if err != nil && !errors.Is(err, io.ErrClosedPipe) {
		_ = pod.Close()
	}
	c.end()
}

// end puts the tunnel away, once.
func (c *conn) end() { c.once.Do(c.tunnel.drop) }

// Close ends the connection without waiting for the network.
func (c *conn) Close() error {
	err := c.Conn.Close()
	go c.end()
	return err
}

// Read reads what the process sent. Where the connection did not end by the
// process, the error says why.
func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	return n, c.named(err)
}

// Write sends to the process.
func (c *conn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	return n, c.named(err)
}

// RemoteAddr names the port.
func (c *conn) RemoteAddr() net.Addr { return c.remote }

func (c *conn) setReason(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reason = err
}

// named puts the reason in place of the pipe's end.
func (c *conn) named(err error) error {
	if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrClosedPipe) {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reason != nil {
		return c.reason
	}
	return err
}

// portError is what the kubelet says when it can't reach the port.
type portError struct{ text string }

func (e *portError) Error() string { return e.text }

// refused tells whether nothing listens on the port.
func (e *portError) refused() bool { return strings.Contains(e.text, "connection refused") }

// reasonOf is the reason that came, nil if none does.
func reasonOf(reason <-chan error) error {
	select {
	case err := <-reason:
		return err
	case <-time.After(reasonTimeout):
		return nil
	}
}

// readReason reads the error stream to its end; nil if nothing was said.
func readReason(s io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(s, 4<<10))
	if len(text) > 0 {
		return &portError{clean(string(text))}
	}
	return err
}
