package kube

import (
	"context"
	"net"

	"github.com/leaktop/leaktop/source/kube/forward"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// dialPod opens a port-forward: by WebSocket, or by SPDY if that is refused.
func (a *restAPI) dialPod(ctx context.Context, namespace, name string, port int) (net.Conn, error) {
	t, err := a.upgradeWithRetry(ctx, namespace, name)
	if err != nil {
		return nil, err
	}
	return forward.Open(ctx, t, port)
}

func (a *restAPI) upgradeWithRetry(ctx context.Context, namespace, name string) (*forward.Tunnel, error) {
	t, err := a.upgradeOnce(ctx, namespace, name)
	if !apierrors.IsUnauthorized(err) {
		return t, err
	}
	// An upgrade does not make a credential plugin renew its token, but a plain
	// request does.
	if _, err := a.getWithRetry(ctx, podResource.apiPath(namespace, name), ""); err != nil {
		return nil, err
	}
	return a.upgradeOnce(ctx, namespace, name)
}

func (a *restAPI) upgradeOnce(ctx context.Context, namespace, name string) (*forward.Tunnel, error) {
	return withSession(ctx, a, func(session *session) (*forward.Tunnel, error) {
		target := session.core.Get().AbsPath(append(podResource.apiPath(namespace, name), "portforward")...).URL()
		if a.webSocketRefused.Load() {
			return forward.DialSPDY(ctx, session.config, target)
		}
		t, err := forward.DialWebSocket(ctx, session.config, target)
		if !forward.RefusesWebSocket(err) {
			return t, err
		}
		wsErr := err
		t, err = forward.DialSPDY(ctx, session.config, target)
		if err == nil {
			a.webSocketRefused.Store(true)
			return t, nil
		}
		if apierrors.IsForbidden(wsErr) {
			return nil, wsErr // it names the missing permission
		}
		return nil, err
	}, (*forward.Tunnel).CloseNow)
}
