package kube

import (
	"context"
	"net"

	"github.com/leaktop/leaktop/source/kube/forward"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// dialPod opens a port-forward: by WebSocket, or by SPDY if that is refused.
func (s *restAPI) dialPod(ctx context.Context, namespace, name string, port int) (net.Conn, error) {
	t, err := s.upgradeWithRetry(ctx, namespace, name)
	if err != nil {
		return nil, err
	}
	return forward.Open(ctx, t, port)
}

func (s *restAPI) upgradeWithRetry(ctx context.Context, namespace, name string) (*forward.Tunnel, error) {
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

func (s *restAPI) upgradeOnce(ctx context.Context, namespace, name string) (*forward.Tunnel, error) {
	return withSession(ctx, s, func(session *session) (*forward.Tunnel, error) {
		target := session.core.Get().AbsPath(append(podResource.apiPath(namespace, name), "portforward")...).URL()
		if s.webSocketRefused.Load() {
			return forward.DialSPDY(ctx, session.config, target)
		}
		t, err := forward.DialWebSocket(ctx, session.config, target)
		if !forward.RefusesWebSocket(err) {
			return t, err
		}
		wsErr := err
		t, err = forward.DialSPDY(ctx, session.config, target)
		if err == nil {
			s.webSocketRefused.Store(true)
			return t, nil
		}
		if apierrors.IsForbidden(wsErr) {
			return nil, wsErr // it names the missing permission
		}
		return nil, err
	}, (*forward.Tunnel).CloseNow)
}
