package kubetest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	constants "k8s.io/apimachinery/pkg/util/portforward"
	client "k8s.io/client-go/tools/portforward"
	"k8s.io/cri-streaming/pkg/streaming/portforward"
	"k8s.io/streaming/pkg/httpstream"
)

// kubelet is the far end of port-forward.
type kubelet struct{ pod *Pod }

// forward upgrades the request with the kubelet's code. A WebSocket is first
// made to look like the SPDY that it carries, as the API server does.
func (c *Cluster) forward(w http.ResponseWriter, r *http.Request, pod *Pod) {
	c.mu.Lock()
	fault := c.kubelet
	c.mu.Unlock()
	switch {
	case fault.hang:
		<-r.Context().Done()
		return
	case fault.says != "":
		refuse(w, apierrors.NewInternalError(errors.New(fault.says)))
		return
	}
	w = quietly{w}
	if websocket.IsWebSocketUpgrade(r) {
		w = &unwrapped{w: w, r: r, header: http.Header{}}
		r = r.Clone(r.Context())
		r.Header = http.Header{}
		r.Header.Set(httpstream.HeaderConnection, httpstream.HeaderUpgrade)
		r.Header.Set(httpstream.HeaderUpgrade, "SPDY/3.1")
		r.Header.Set(httpstream.HeaderProtocolVersion, client.PortForwardProtocolV1Name)
	}
	portforward.ServePortForward(w, r, kubelet{pod}, pod.Name(), "", nil,
		time.Hour, 30*time.Second, []string{client.PortForwardProtocolV1Name})
}

// PortForward copies between a stream and a port of the pod, as containerd
// does.
func (k kubelet) PortForward(_ context.Context, _, _ string, port int32, stream io.ReadWriteCloser) error {
	conn, err := k.pod.dial(int(port))
	if err != nil {
		time.Sleep(refusal)
		return fmt.Errorf("failed to execute portforward in network namespace \"/var/run/netns/cni-1\": failed to connect to localhost:%d inside namespace, IPv4: %w", port, err)
	}
	done := make(chan struct{}, 2)
	go func() {
		_, _ = io.Copy(conn, stream)
		done <- struct{}{}
	}()
	go func() {
		_, _ = io.Copy(stream, conn)
		done <- struct{}{}
	}()
	<-done
	_ = conn.Close()
	_ = stream.Close()
	select { // containerd gives the other direction some time, too
	case <-done:
	case <-time.After(graceful):
	}
	return nil
}

// refusal is how long the kubelet takes to say that nobody listens.
const refusal = 20 * time.Millisecond

// graceful is containerd's second, made shorter.
const graceful = 300 * time.Millisecond

// dial connects to a port of whichever container serves it.
func (p *Pod) dial(port int) (net.Conn, error) {
	p.cluster.mu.Lock()
	var procs []*process
	for _, proc := range p.procs {
		procs = append(procs, proc)
	}
	p.cluster.mu.Unlock()
	for _, proc := range procs {
		if proc.doors[port] != nil {
			return proc.dial(port)
		}
	}
	return nil, errRefused(port)
}

// unwrapped is the answer to a WebSocket request for code that upgrades to
// SPDY: when that takes over the connection, it gets what the WebSocket carries.
type unwrapped struct {
	w      http.ResponseWriter
	r      *http.Request
	header http.Header
}

// Header is for the SPDY answer, which nobody gets.
func (u *unwrapped) Header() http.Header { return u.header }

// WriteHeader gives an error on; the switch itself is the WebSocket's to send.
func (u *unwrapped) WriteHeader(code int) {
	if code != http.StatusSwitchingProtocols {
		u.w.WriteHeader(code)
	}
}

// Write writes the text of an error.
func (u *unwrapped) Write(b []byte) (int, error) { return u.w.Write(b) }

// Hijack does the WebSocket's upgrade.
func (u *unwrapped) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	up := websocket.Upgrader{
		Subprotocols: []string{constants.WebsocketsSPDYTunnelingPortForwardV1},
		CheckOrigin:  func(*http.Request) bool { return true },
	}
	ws, err := up.Upgrade(u.w, u.r, nil)
	if err != nil {
		return nil, nil, err
	}
	conn := mute{client.NewTunnelingConnection("server", ws)}
	return conn, bufio.NewReadWriter(bufio.NewReader(conn), bufio.NewWriter(conn)), nil
}

// quietly hands out connections that close without an error: the SPDY code
// keeps a goroutine for a second to report one.
type quietly struct{ http.ResponseWriter }

// Hijack takes over the connection.
func (q quietly) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	hijacker, ok := q.ResponseWriter.(http.Hijacker)
	if !ok {
		return nil, nil, http.ErrNotSupported
	}
	conn, rw, err := hijacker.Hijack()
	return mute{conn}, rw, err
}

type mute struct{ net.Conn }

// Close closes the connection.
func (m mute) Close() error {
	_ = m.Conn.Close()
	return nil
}
