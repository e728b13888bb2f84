package kube

import (
	"context"
	"net"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/streaming/pkg/httpstream"
)

// protocolV1 is the sub-protocol of port-forward, as in the kubelet's
// pkg/streaming/portforward.
const protocolV1 = "portforward.k8s.io"

// tunnel is one upgraded connection to the API server. It carries the streams of
// only one net.Conn: on a shared one a few refused dials block all later streams
// for 30 seconds (containerd 1.6, Kubernetes pull request 128318).
type tunnel struct {
	httpstream.Connection
	raw net.Conn // the underlying connection; closing it unblocks all calls
}

// dialPod opens a port-forward: by WebSocket, or by SPDY if that is refused.
func (s *restAPI) dialPod(ctx context.Context, namespace, name string, port int) (net.Conn, error) {
	t, err := s.upgradeWithRetry(ctx, namespace, name)
	if err != nil {
		return nil, err
	}
	return openStreams(ctx, t, port)
}

func (s *restAPI) upgradeWithRetry(ctx context.Context, namespace, name string) (*tunnel, error) {
	t, err := s.upgradeOnce(ctx, namespace, name)
	if !apierrors.IsUnauthorized(err) {
		return t, err
	}
	// An upgrade does not make a credential plugin renew its token, but a plain
	// request does.
	if _, err := s.getWithRetry(ctx, podResource.apiPath(namespace, name), ""); err != nil {
		return nil, err
	}
	return s.upgradeOnce(ctx, namespace, name)
}

func (s *restAPI) upgradeOnce(ctx context.Context, namespace, name string) (*tunnel, error) {
	return withSession(ctx, s, func(session *session) (*tunnel, error) {
		target := session.core.Get().AbsPath(append(podResource.apiPath(namespace, name), "portforward")...).URL()
		if s.webSocketRefused.Load() {
			return dialSPDY(ctx, session.config, target)
		}
		t, err := dialWebSocket(ctx, session.config, target)
		if !refusedWebSocket(err) {
			return t, err
		}
		wsErr := err
		t, err = dialSPDY(ctx, session.config, target)
		if err == nil {
			s.webSocketRefused.Store(true)
			return t, nil
		}
		if apierrors.IsForbidden(wsErr) {
			return nil, wsErr // it names the missing permission
		}
		return nil, err
	}, (*tunnel).closeNow)
}

// refusedWebSocket reports whether SPDY is worth trying. It is not if the pod does
// not exist or the token has expired.
func refusedWebSocket(err error) bool {
	if err == nil || apierrors.IsNotFound(err) || apierrors.IsUnauthorized(err) {
		return false
	}
	return matchesType[*upgradeRefusal](err) || httpstream.IsHTTPSProxyError(err)
}

// upgradeRefusal is the response of a server or gateway that does not support an upgrade.
// Unlike the library's error it can be unwrapped.
type upgradeRefusal struct{ error }

// Unwrap returns the response.
func (r *upgradeRefusal) Unwrap() error { return r.error }

// dropTimeout bounds the closing handshake with a server that may be gone.
const dropTimeout = time.Second

// closeNow ends the connection whatever the network does. If it cannot notify the
// server, the closed connection does.
func (t *tunnel) closeNow() {
	_ = t.raw.SetWriteDeadline(time.Now().Add(dropTimeout))
	_ = t.Close()
	_ = t.raw.Close()
}

// muteConn closes without an error: spdystream keeps a goroutine for a second to report
// one, and drop deliberately closes twice.
type muteConn struct{ net.Conn }

// Close closes the connection.
func (m muteConn) Close() error {
	_ = m.Conn.Close()
	return nil
}

// isLost reports whether the connection under the streams is gone.
func (t *tunnel) isLost() bool {
	select {
	case <-t.CloseChan():
		return true
	default:
		return false
	}
}
