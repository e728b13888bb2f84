package source

import (
	"context"
	"net"
)

// socket is the path of a unix socket, as a Link.
type socket string

func (s socket) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "unix", string(s))
}

func openUnix(_ context.Context, t Target, o Options) (Source, error) {
	return newHTTP(t, o, socket(t.Socket))
}
