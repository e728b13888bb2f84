package forward

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	"github.com/leaktop/leaktop/source/kube/fault"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	constants "k8s.io/apimachinery/pkg/util/portforward"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/streaming/pkg/httpstream"
	"k8s.io/streaming/pkg/httpstream/spdy"
)

// tunnelPrefix marks a sub-protocol as SPDY inside a WebSocket.
const tunnelPrefix = constants.WebsocketsSPDYTunnelingPrefix

// upgrader is a RoundTripper that requests SPDY and keeps the connection.
// client-go's own ignores the context while it reads the response, and hides the
// connection.
type upgrader struct {
	dialer *spdy.SpdyRoundTripper
	conn   net.Conn
}

func (u *upgrader) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set(httpstream.HeaderConnection, httpstream.HeaderUpgrade)
	req.Header.Set(httpstream.HeaderUpgrade, spdy.HeaderSpdy31)
	conn, err := u.dialer.Dial(req)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(req.Context(), func() { _ = conn.Close() })
	resp, err := http.ReadResponse(bufio.NewReader(conn), req)
	if !stop() && err == nil {
		err = context.Cause(req.Context())
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	u.conn = conn
	return resp, nil
}

// DialSPDY upgrades to SPDY, as Kubernetes did before 1.31.
func DialSPDY(ctx context.Context, cfg *rest.Config, target *url.URL) (*Tunnel, error) {
	tlsConfig, err := rest.TLSConfigFor(cfg)
	if err != nil {
		return nil, err
	}
	proxy := cfg.Proxy
	if proxy == nil {
		proxy = utilnet.NewProxierWithNoProxyCIDR(http.ProxyFromEnvironment)
	}
	dialer, err := spdy.NewRoundTripperWithConfig(spdy.RoundTripperConfig{TLS: tlsConfig, Proxier: proxy})
	if err != nil {
		return nil, err
	}
	u := &upgrader{dialer: dialer}
	transport, err := rest.HTTPWrappersForConfig(cfg, u)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set(httpstream.HeaderProtocolVersion, protocolV1)
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusSwitchingProtocols {
		return nil, errors.Join(statusError(resp), u.conn.Close())
	}
	conn, err := spdy.NewClientConnectionWithPings(muteConn{u.conn}, portforward.PingPeriod)
	if err != nil {
		return nil, err
	}
	return &Tunnel{Connection: conn, raw: u.conn}, nil
}

// statusError returns the error for a refused upgrade.
func statusError(resp *http.Response) error {
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return fmt.Errorf("upgrade: %s: %w", resp.Status, err)
	}
	var status metav1.Status
	if json.Unmarshal(body, &status) == nil && status.Status == metav1.StatusFailure {
		return &apierrors.StatusError{ErrStatus: status}
	}
	return fmt.Errorf("upgrade: %s: %s", resp.Status, fault.CleanText(string(body)))
}
