package source

import (
	"context"
	"net"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// Link is a way to reach a service other than a plain TCP connection: a unix
// socket, a port-forward. A Link that is also a [ProcessLink], a [NamedLink], a
// [PortLink] or an io.Closer is used as such.
type Link interface {
	// DialContext opens a connection. If its error, or an error of the connection, is an
	// [Explainer], that explains the failure to the user.
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// Explainer is an error that knows its reason and remedy, such as one of the
// Kubernetes API.
type Explainer interface {
	error
	// Explain returns texts to show: one line each, without control characters.
	Explain() (subject, why, next string)
}

// ProcessLink is a Link that knows which process is at the other end.
type ProcessLink interface {
	// Identity identifies the process: it differs between processes and is empty if
	// unknown. It is called before and after each profile and must not block.
	Identity() string
	// Follow sends [Facts], [Reading] and [Event] until ctx ends. It runs concurrently
	// with the polling. It must send an EventRestart before DialContext returns a
	// connection to the new process.
	Follow(ctx context.Context, send func(Message))
}

// NamedLink is a Link that knows the name of its target, which may change.
type NamedLink interface {
	// Name returns the target for display, without secrets.
	Name() string
}

// Diagnoser is a Link that knows what limits what leaktop can say about the process.
type Diagnoser interface {
	// Diagnostics returns the current ones. It must not block.
	Diagnostics() []profile.Diagnostic
}

// Locator is a Link that can find out which hop on the way to the service does not
// respond.
type Locator interface {
	// Locate returns an [Explainer] if a hop before the service does not respond, nil if
	// it is the service. It takes up to a few seconds.
	Locate(ctx context.Context) error
}

// Metered is a Link whose traffic should be low, because it goes through an API server
// that others use.
type Metered interface {
	// Metered is a marker.
	Metered()
}

// Learner is a Link that identifies processes by what they report about themselves.
type Learner interface {
	// Learn receives the command line that pprof serves and the start of the process.
	// Either may be missing.
	Learn(cmdline string, start time.Time)
}

// PortLink is a Link that opens a port on this machine.
type PortLink interface {
	// Local returns the address that is open, empty if there is none.
	Local() string
}
