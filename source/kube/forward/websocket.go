package forward

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/transport/websocket"
	"k8s.io/streaming/pkg/httpstream"
	"k8s.io/streaming/pkg/httpstream/spdy"
)

// DialWebSocket upgrades to SPDY inside a WebSocket, as Kubernetes does since 1.31.
// It combines parts of client-go, whose own dialer takes no context and hides the
// underlying connection.
func DialWebSocket(ctx context.Context, cfg *rest.Config, target *url.URL) (*Tunnel, error) {
	transport, holder, err := websocket.RoundTripperFor(cfg)
	if err != nil {
		return nil, err
	}
	var raw net.Conn
	var stop func() bool
	trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		raw = info.Conn
		// The handshake respects a deadline but not cancellation.
		stop = context.AfterFunc(ctx, func() { _ = info.Conn.Close() })
	}}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), http.MethodGet, target.String(), nil)
	if err != nil {
		return nil, err
	}
	ws, err := websocket.Negotiate(transport, holder, req, tunnelPrefix+protocolV1)
	if stop != nil && !stop() && err == nil {
		_ = ws.Close()
		return nil, context.Cause(ctx)
	}
	var refused *httpstream.UpgradeFailureError
	if errors.As(err, &refused) {
		return nil, &upgradeRefusal{refused.Cause}
	}
	if err != nil {
		return nil, err
	}
	inside := muteConn{portforward.NewTunnelingConnection("leaktop", ws)}
	conn, err := spdy.NewClientConnectionWithPings(inside, portforward.PingPeriod)
	if err != nil {
		_ = ws.Close()
		return nil, err
	}
	return &Tunnel{Connection: conn, raw: raw}, nil
}
