// Package forward connects to a port of a pod by an upgraded request to the API server: by
// WebSocket, or by SPDY where that is refused. One connection carries one net.Conn.
package forward

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

	"github.com/leaktop/leaktop/source/kube/fault"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/streaming/pkg/httpstream"

	"github.com/leaktop/leaktop/source/kube/detached"
)

// reasonTimeout is how long to wait for the reason that a stream ended. A reason is
// sent before the end, on another stream. If there is none, containerd keeps that
// stream open for a second.
const reasonTimeout = 200 * time.Millisecond

// ErrCut reports that the cluster ended a connection, not the process in the pod.
var ErrCut = errors.New("the connection through the cluster was cut")

// conn is a connection to a port of a pod. A net.Pipe connects its user to the
// streams, which do not support deadlines.
type conn struct {
	net.Conn // the user's end of the pipe
	tunnel   *Tunnel
	remote   address
	once     sync.Once
	mu       sync.Mutex
	reason   error // why the pod's side ended
}

// address names the far end of a conn.
type address string

func (a address) Network() string { return "portforward" }
func (a address) String() string  { return string(a) }

// Open turns a new tunnel into a conn. It ends the tunnel if that fails.
func Open(ctx context.Context, t *Tunnel, port int) (net.Conn, error) {
	c, err := detached.Run(ctx, func() (*conn, error) {
		c, err := newConn(t, port)
		if err != nil {
			t.CloseNow()
		}
		return c, err
	}, func(c *conn) { _ = c.Close() })
	if err != nil {
		// Nothing else unblocks an abandoned call.
		go t.CloseNow()
		return nil, err
	}
	return c, nil
}

func newConn(t *Tunnel, port int) (*conn, error) {
	headers := http.Header{}
	headers.Set(corev1.StreamType, corev1.StreamTypeError)
	headers.Set(corev1.PortHeader, strconv.Itoa(port))
	headers.Set(corev1.PortForwardRequestIDHeader, "0")
	reasons, err := t.CreateStream(headers)
	if err != nil {
		return nil, fmt.Errorf("open error stream: %w", err)
	}
	_ = reasons.Close() // read only
	reason := make(chan error, 1)
	go func() { reason <- readReason(reasons) }()
	headers.Set(corev1.StreamType, corev1.StreamTypeData)
	data, err := t.CreateStream(headers)
	if err != nil { // refused; the reason is more specific
		return nil, errors.Join(reasonOf(reason), fmt.Errorf("open data stream: %w", err))
	}
	user, pod := net.Pipe()
	c := &conn{Conn: user, tunnel: t, remote: address("port " + strconv.Itoa(port))}
	go c.copyFromPod(pod, data, reason)
	go c.copyToPod(data, pod)
	return c, nil
}

// copyFromPod copies what the pod sends, until either end closes.
func (c *conn) copyFromPod(pod net.Conn, data httpstream.Stream, reason <-chan error) {
	_, err := io.Copy(pod, data)
	if !errors.Is(err, io.ErrClosedPipe) { // otherwise the user closed it
		c.setReason(c.endReason(reason))
	}
	_ = pod.Close()
	c.dropTunnel()
}

// endReason returns what ended the data stream: the kubelet's reason, ErrCut, or nil if
// the process closed its end.
func (c *conn) endReason(reason <-chan error) error {
	if err := reasonOf(reason); err != nil {
		return err
	}
	if c.tunnel.isLost() {
		return ErrCut
	}
	return nil
}

// copyToPod copies what the user writes. It ends when the user or receive closes the
// pipe.
func (c *conn) copyToPod(data httpstream.Stream, pod net.Conn) {
	_, err := io.Copy(data, pod)
	if err != nil && !errors.Is(err, io.ErrClosedPipe) {
		_ = pod.Close()
	}
	c.dropTunnel()
}

// dropTunnel drops the tunnel, once.
func (c *conn) dropTunnel() { c.once.Do(c.tunnel.CloseNow) }

// Close ends the connection without waiting for the network.
func (c *conn) Close() error {
	err := c.Conn.Close()
	go c.dropTunnel()
	return err
}

// Read reads what the process sent. If the process did not end the connection, the
// error says what did.
func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	return n, c.replaceEOF(err)
}

// Write sends to the process.
func (c *conn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	return n, c.replaceEOF(err)
}

// RemoteAddr names the port.
func (c *conn) RemoteAddr() net.Addr { return c.remote }

func (c *conn) setReason(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reason = err
}

// replaceEOF replaces the pipe's end of file by the reason.
func (c *conn) replaceEOF(err error) error {
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

// PortError is the kubelet's message that it cannot reach the port.
type PortError struct{ Text string }

func (e *PortError) Error() string { return e.Text }

// IsRefused reports whether nothing listens on the port.
func (e *PortError) IsRefused() bool { return strings.Contains(e.Text, "connection refused") }

// reasonOf returns the reason, or nil if none arrives in time.
func reasonOf(reason <-chan error) error {
	select {
	case err := <-reason:
		return err
	case <-time.After(reasonTimeout):
		return nil
	}
}

// readReason reads the error stream to its end. It returns nil if it is empty.
func readReason(s io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(s, 4<<10))
	if len(text) > 0 {
		return &PortError{fault.CleanText(string(text))}
	}
	return err
}

// EndedReason returns why the connection has already ended, nil if it has not.
func EndedReason(c net.Conn) error {
	if c, ok := c.(*conn); ok {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.reason
	}
	return nil
}
