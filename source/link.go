package source

import (
	"context"
	"net"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// Link is a way to reach a service other than a plain TCP connection: a unix
// socket, a port-forward. A Link that is also a [Process], a [Named], a
// [LocalPort] or an io.Closer is used as such.
type Link interface {
	// DialContext makes one connection. An error of it, or of a connection, that
	// is an [Explainer] is shown in its own words.
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// Explainer is an error that knows its own reason and remedy, such as one of
// the Kubernetes API. The texts are shown as they are: one line, clean.
type Explainer interface {
	error
	Explain() (why, next string)
}

// Process is a Link that knows which process is at the other end.
type Process interface {
	// Identity names that process: another name, another process; an empty one
	// says that it is not known. It is called before and after each profile and
	// answers from memory.
	Identity() string
	// Follow runs beside the polling until ctx ends and sends what it learns:
	// [Facts], [Reading], [Event]. An EventRestart is to be
	// sent before DialContext returns a connection to the new process.
	Follow(ctx context.Context, send func(Message))
}

// Named is a Link that knows what it leads to; that may change.
type Named interface {
	// Name is for people; no secrets.
	Name() string
}

// Diagnoser is a Link that knows what limits what can be said of the process.
type Diagnoser interface {
	// Diagnostics are those of now; it answers from memory.
	Diagnostics() []profile.Diagnostic
}

// Locator is a Link that can find out which part of the way is silent.
type Locator interface {
	// Locate returns an [Explainer] if the way to the service is the reason why no
	// answer comes, nil if it is the service. It takes up to some seconds.
	Locate(ctx context.Context) error
}

// Metered is a Link whose bytes count: they go through an API server that others use.
type Metered interface {
	// Metered is a marker.
	Metered()
}

// Learner is a Link that tells processes apart by what they say of themselves.
type Learner interface {
	// Learn gets the command line as pprof serves it and the start of the process;
	// either may be missing.
	Learn(cmdline string, start time.Time)
}

// LocalPort is a Link that opens a port on this machine.
type LocalPort interface {
	// Local is the address that is open now, empty if there is none.
	Local() string
}
