package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"time"

	"github.com/leaktop/leaktop/source/kube"
)

// Options is how a target is watched. The zero value of a field means its
// default; see [Options.Validate] for what is allowed.
type Options struct {
	Kube kube.Options // for a target in a cluster
	// Pick lets the user choose where a target means several pods, given best
	// first; nil takes the first and says so, see [Remarker]. It is called
	// before the watch, and its error ends the opening.
	Pick func(ctx context.Context, pods []kube.Candidate) (int, error)

	// Progress gets a line for people on what an opening waits for, where it takes
	// long: a pod that crash-loops. Nil: nothing is said.
	Progress func(text string)

	Interval time.Duration // least time between two polls of an endpoint; default 2s
	// Cost is the share of one core of the target that watching may take, over
	// all endpoints; 0.01, the default, is 1%.
	Cost float64
	GC   bool // ask the target to collect before each heap poll
	// Timeout is how long the target may be silent during a request; default
	// 10s. An answer that keeps coming may take six times as long.
	Timeout time.Duration
	Limit   int64 // memory limit in bytes; 0: as the target tells

	// AtOnce sends a recording as fast as it can be read, instead of at the pace
	// at which it was made, and ends the watch after it.
	AtOnce bool

	Headers         http.Header // sent with each request; may hold secrets
	BearerTokenFile string      // read anew for each request
	CACert          string      // file of PEM certificates to trust besides the system's
	Cert, Key       string      // files of the client certificate and its key, PEM
	Insecure        bool        // do not verify the server's certificate

	MaxBody     int64 // most bytes of one answer on the wire; default 64 MiB
	MaxInflated int64 // most bytes of one answer when unpacked; default 256 MiB

	// Getenv reads the environment, for TokenVariable; nil: nothing is read.
	Getenv func(string) string
}

// TokenVariable is the environment variable that a bearer token is taken from
// when there is no BearerTokenFile.
const TokenVariable = "LEAKTOP_BEARER_TOKEN"

// Defaults of Options.
const (
	DefaultInterval    = 2 * time.Second
	DefaultCost        = 0.01
	DefaultTimeout     = 10 * time.Second
	DefaultMaxBody     = 64 << 20
	DefaultMaxInflated = 256 << 20
)

// Format keeps secrets out of every print of the options.
func (o Options) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "source.Options{…}") }

// Validate says what is wrong with the options, as the user's flags call them.
// It reads the certificate and token files.
func (o Options) Validate() error {
	o = o.withDefaults()
	switch {
	case o.Interval < 100*time.Millisecond:
		return errors.New("--interval: the least is 100ms, so that watching does not become the load")
	case math.IsNaN(o.Cost) || o.Cost <= 0 || o.Cost > 1:
		return errors.New("--cost: must be above 0% and at most 100% of one core, for example 1%")
	case o.Timeout < 100*time.Millisecond:
		return errors.New("--timeout: the least is 100ms")
	case o.Limit < 0:
		return errors.New("--limit: cannot be negative")
	case o.MaxBody < 0 || o.MaxInflated < 0:
		return errors.New("size limits cannot be negative")
	}
	if err := checkHeaders(o.Headers); err != nil {
		return err
	}
	if _, err := o.tlsConfig(); err != nil {
		return err
	}
	_, err := o.bearerToken()
	return err
}

func (o Options) withDefaults() Options {
	orDefault(&o.Interval, DefaultInterval)
	orDefault(&o.Cost, DefaultCost)
	orDefault(&o.Timeout, DefaultTimeout)
	orDefault(&o.MaxBody, DefaultMaxBody)
	orDefault(&o.MaxInflated, DefaultMaxInflated)
	return o
}

func orDefault[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}
