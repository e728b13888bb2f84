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

// kubelet is the server side of a port-forward.
type kubelet struct{ pod *Pod }

// portForward upgrades the request with the kubelet's code. Like the API server, it first
// unwraps the SPDY in a WebSocket.
func (a apiServer) portForward(w http.ResponseWriter, r *http.Request, pod *Pod) {
	a.mu.Lock()
	fault := a.kubelet
	a.mu.Unlock()
	switch {
	case fault.hang:
		<-r.Context().Done()
		return
	case fault.says != "":
		writeError(w, apierrors.NewInternalError(errors.New(fault.says)))
		return
	}
	w = quietWriter{w}
	if websocket.IsWebSocketUpgrade(r) {
		w = &spdyResponse{w: w, r: r, header: http.Header{}}
		r = r.Clone(r.Context())
		r.Header = http.Header{}
		r.Header.Set(httpstream.HeaderConnection, httpstream.HeaderUpgrade)
		r.Header.Set(httpstream.HeaderUpgrade, "SPDY/3.1")
		r.Header.Set(httpstream.HeaderProtocolVersion, client.PortForwardProtocolV1Name)
	}
	portforward.ServePortForward(w, r, kubelet{pod}, pod.Name(), "", nil,
		time.Hour, 30*time.Second, []string{client.PortForwardProtocolV1Name})
}

// PortForward copies between a stream and a port of the pod, like containerd.
func (k kubelet) PortForward(_ context.Context, _, _ string, port int32, stream io.ReadWriteCloser) error {
	conn, err := k.pod.dialPort(int(port))
	if err != nil {
		time.Sleep(refusalDelay)
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
	select { // containerd also waits for the other direction
	case <-done:
	case <-time.After(containerdDelay):
	}
	return nil
}

// refusalDelay is the delay of the kubelet's error if nothing listens.
const refusalDelay = 20 * time.Millisecond

// containerdDelay is how long to wait for the other direction; one second in containerd.
const containerdDelay = 300 * time.Millisecond

// dialPort connects to a port of the container that serves it.
func (p *Pod) dialPort(port int) (net.Conn, error) {
	p.cluster.mu.Lock()
	var procs []*process
	for _, proc := range p.procs {
		procs = append(procs, proc)
	}
	p.cluster.mu.Unlock()
	for _, proc := range procs {
		if proc.listeners[port] != nil {
			return proc.dialPort(port)
		}
	}
	return nil, errRefused(port)
}

// spdyResponse is an http.ResponseWriter that lets code for SPDY upgrades handle a
// WebSocket request: Hijack returns the SPDY connection in the WebSocket.
type spdyResponse struct {
	w      http.ResponseWriter
	r      *http.Request
	header http.Header
}

// Header returns the header of the SPDY response, which is discarded.
func (s *spdyResponse) Header() http.Header { return s.header }

// WriteHeader passes on an error. The WebSocket upgrade sends its own 101.
func (s *spdyResponse) WriteHeader(code int) {
	if code != http.StatusSwitchingProtocols {
		s.w.WriteHeader(code)
	}
}

// Write writes the text of an error.
func (s *spdyResponse) Write(b []byte) (int, error) { return s.w.Write(b) }

// Hijack performs the WebSocket upgrade.
func (s *spdyResponse) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	up := websocket.Upgrader{
		Subprotocols: []string{constants.WebsocketsSPDYTunnelingPortForwardV1},
		CheckOrigin:  func(*http.Request) bool { return true },
	}
	ws, err := up.Upgrade(s.w, s.r, nil)
	if err != nil {
		return nil, nil, err
	}
	conn := muteConn{client.NewTunnelingConnection("server", ws)}
	return conn, bufio.NewReadWriter(bufio.NewReader(conn), bufio.NewWriter(conn)), nil
}

// quietWriter returns connections whose Close never fails, because the SPDY code keeps a
// goroutine for a second to report an error.
type quietWriter struct{ http.ResponseWriter }

// Hijack takes over the connection.
func (q quietWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	hijacker, ok := q.ResponseWriter.(http.Hijacker)
	if !ok {
		return nil, nil, http.ErrNotSupported
	}
	conn, rw, err := hijacker.Hijack()
	return muteConn{conn}, rw, err
}

type muteConn struct{ net.Conn }

// Close closes the connection.
func (m muteConn) Close() error {
	_ = m.Conn.Close()
	return nil
}
