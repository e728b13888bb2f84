package forward

import (
	"net"
	"time"

	"github.com/leaktop/leaktop/source/kube/fault"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"k8s.io/streaming/pkg/httpstream"
)

// protocolV1 is the sub-protocol of port-forward, as in the kubelet's
// pkg/streaming/portforward.
const protocolV1 = "portforward.k8s.io"

// Tunnel is one upgraded connection to the API server. It carries the streams of
// only one net.Conn: on a shared one a few refused dials block all later streams
// for 30 seconds (containerd 1.6, Kubernetes pull request 128318).
type Tunnel struct {
	httpstream.Connection
	raw net.Conn // the underlying connection; closing it unblocks all calls
}

// upgradeRefusal is the response of a server or gateway that does not support an upgrade.
// Unlike the library's error it can be unwrapped.
type upgradeRefusal struct{ error }

// Unwrap returns the response.
func (r *upgradeRefusal) Unwrap() error { return r.error }

// dropTimeout bounds the closing handshake with a server that may be gone.
const dropTimeout = time.Second

// CloseNow ends the connection whatever the network does. If it cannot notify the
// server, the closed connection does.
func (t *Tunnel) CloseNow() {
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
func (t *Tunnel) isLost() bool {
	select {
	case <-t.CloseChan():
		return true
	default:
		return false
	}
}

// RefusesWebSocket reports whether SPDY is worth trying. It is not if the pod does
// not exist or the token has expired.
func RefusesWebSocket(err error) bool {
	if err == nil || apierrors.IsNotFound(err) || apierrors.IsUnauthorized(err) {
		return false
	}
	return fault.IsType[*upgradeRefusal](err) || httpstream.IsHTTPSProxyError(err)
}
