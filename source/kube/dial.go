package kube

import (
	"context"
	"net"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/streaming/pkg/httpstream"
)

// protocolV1 is the sub-protocol of port-forward, as the kubelet's
// pkg/streaming/portforward names it.
const protocolV1 = "portforward.k8s.io"

// tunnel is one upgraded connection to the API server. It carries the streams
// of one net.Conn and no more: on a shared one a few refused dials wedge every
// later stream for 30 seconds (containerd 1.6, Kubernetes pull request 128318).
type tunnel struct {
	httpstream.Connection
	raw net.Conn // under it; closing it frees whoever is blocked
}

// dial opens a port-forward: WebSocket first, SPDY where that is refused.
func (s *server) dial(ctx context.Context, namespace, name string, port int) (net.Conn, error) {
	t, err := s.upgrade(ctx, namespace, name)
	if err != nil {
		return nil, err
	}
	return openStreams(ctx, t, port)
}

func (s *server) upgrade(ctx context.Context, namespace, name string) (*tunnel, error) {
	t, err := s.upgradeOnce(ctx, namespace, name)
	if !apierrors.IsUnauthorized(err) {
		return t, err
	}
	// An upgrade does not make a credential plugin renew its token, a plain
	// request does.
	if _, err := s.raw(ctx, pods.path(namespace, name), ""); err != nil {
		return nil, err
	}
	return s.upgradeOnce(ctx, namespace, name)
}

func (s *server) upgradeOnce(ctx context.Context, namespace, name string) (*tunnel, error) {
	return withSession(ctx, s, func(session *session) (*tunnel, error) {
		target := session.core.Get().AbsPath(append(pods.path(namespace, name), "portforward")...).URL()
		if s.noWS.Load() {
			return dialSPDY(ctx, session.config, target)
		}
		t, err := dialWebSocket(ctx, session.config, target)
		if !refusedWebSocket(err) {
			return t, err
		}
		wsErr := err
		t, err = dialSPDY(ctx, session.config, target)
		if err == nil {
			s.noWS.Store(true)
			return t, nil
		}
		if apierrors.IsForbidden(wsErr) {
			return nil, wsErr // it names the verb that the newer way needs
		}
		return nil, err
	}, (*tunnel).drop)
}

// refusedWebSocket tells whether SPDY is worth a try. A pod that is not there
// or a token that has expired is no matter of the transport.
func refusedWebSocket(err error) bool {
	if err == nil || apierrors.IsNotFound(err) || apierrors.IsUnauthorized(err) {
		return false
	}
	return is[*refusal](err) || httpstream.IsHTTPSProxyError(err)
}

// refusal is the answer to an upgrade that a server or a gateway does not do.
// Other than the library's error it can be unwrapped.
type refusal struct{ error }

// Unwrap returns the answer.
func (r *refusal) Unwrap() error { return r.error }

// dropTimeout bounds the goodbye to a server that does not listen any more.
const dropTimeout = time.Second

// drop ends the connection, whatever the network does. What it can't tell the
// server, the server learns from the closed connection.
func (t *tunnel) drop() {
	_ = t.raw.SetWriteDeadline(time.Now().Add(dropTimeout))
	_ = t.Close()
	_ = t.raw.Close()
}

// mute closes without an error: spdystream keeps a goroutine for a second to
// report one, and closing twice is our way of making sure.
type mute struct{ net.Conn }

// Close closes the connection.
func (m mute) Close() error {
	_ = m.Conn.Close()
	return nil
}

// lost tells whether the connection under the streams is gone.
func (t *tunnel) lost() bool {
	select {
	case <-t.CloseChan():
		return true
	default:
		return false
	}
}
