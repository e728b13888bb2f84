package source

import (
	"context"
	"net"

	"github.com/leaktop/leaktop/profile"
)

// Link is a way to reach a service other than a plain TCP connection: a unix
// socket, a port-forward. A Link that is also a [Process], a
// [LocalPort] or an io.Closer is used as such.
type Link interface {
	// DialContext makes one connection. An error that is an [Explainer] is
	// shown in its own words.
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// Process is a Link that knows which process is at the other end.
type Process interface {
	// Identity names the process that a new connection reaches: another name is
	// another process. It is called before and after each profile, and is to
	// answer from memory where it can. Facts go with the name. An empty name
	// or an error says that it is not known now.
	Identity(ctx context.Context) (id string, facts profile.Facts, err error)
	// Follow runs beside the polling until ctx ends, and sends what it learns:
	// profile.Facts, memory.Reading, and profile.Event other than EventRestart,
	// which the source sends when the identity changes.
	Follow(ctx context.Context, send func(Message))
}

// LocalPort is a Link that opens a port on this machine.
type LocalPort interface {
	// Local is the address that is open now, empty if there is none.
	Local() string
}
