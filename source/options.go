package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"time"

	"github.com/leaktop/leaktop/profile"

	"github.com/leaktop/leaktop/source/kube"
)

// Options are the settings of a watch. A zero field means its default; see
// [Options.Validate] for the allowed values.
type Options struct {
	Kube kube.Options // for a target in a cluster
	// Pick lets the user choose if a target names several pods, given best first. measure returns them with their current usage.
	// Pick is called before the watch; its error ends the opening. If Pick is nil, the first pod is used and reported, see
	// [OpenReporter].
	Pick func(ctx context.Context, pods []kube.Candidate, measure func(context.Context) []kube.Candidate) (int, error)

	// Progress is called with a line for the user if opening takes long, for example
	// because a pod is crash-looping. It may be nil.
	Progress func(text string)
	// StopKey is the key that ends an opening that takes long, for these lines. Empty means
	// ctrl+c.
	StopKey string

	// Slots bounds how many requests are sent at once by all sources that share it; nil
	// means no bound.
	Slots chan struct{}

	Interval time.Duration // minimum time between two polls of an endpoint; default 2s
	// Cost is the share of one core of the target that watching may use, over all
	// endpoints. The default, 0.01, is 1%.
	Cost    float64
	NoTrace bool // take execution traces only when a user asks for one
	GC      bool // make the target collect garbage before each heap poll
	// Timeout is how long the target may be silent during a request; default 10s. A
	// response that keeps making progress may take six times as long.
	Timeout time.Duration
	Limit   int64 // memory limit in bytes; 0 means to detect it

	// History is the maximum size of the history of a watch, in bytes; 0 means the
	// default of package profile.
	History int64

	// Since and Until are the range to read from a store: it ends at Until, or now if Until
	// is zero, and has the length Since.
	Since time.Duration
	Until time.Time
	// StoreProfiles is the maximum number of profiles to read from a store; 0 means the
	// default.
	StoreProfiles int
	// CacheDir is the folder in which profiles from stores are cached; empty for none.
	CacheDir string

	// Metrics is the metrics store with the days before the watch; nil for none.
	Metrics *Metrics

	// FullSpeed sends a recording as fast as it can be read, not at the speed at which
	// it was made, and then ends the watch.
	FullSpeed bool

	Headers         http.Header // sent with each request; may contain secrets
	BearerTokenFile string      // read again for each request
	CACert          string      // PEM file of certificates to trust in addition to the system's
	Cert, Key       string      // PEM files of the client certificate and its key
	Insecure        bool        // do not verify the server's certificate

	MaxBody     int64 // maximum size of a response on the wire, in bytes; default 64 MiB
	MaxInflated int64 // maximum size of a decompressed response, in bytes; default 256 MiB

	// Getenv reads TokenVariable from the environment; it may be nil.
	Getenv func(string) string
}

// TokenVariable is the environment variable with the bearer token that is used if
// there is no BearerTokenFile.
const TokenVariable = "LEAKTOP_BEARER_TOKEN"

// Defaults of Options.
const (
	DefaultInterval    = 2 * time.Second
	DefaultCost        = 0.01
	DefaultTimeout     = 10 * time.Second
	DefaultSince       = 48 * time.Hour
	DefaultMaxBody     = 64 << 20
	DefaultMaxInflated = 256 << 20
)

// maxSince bounds the range to read from a store.
const maxSince = 366 * 24 * time.Hour

// Format implements fmt.Formatter, so that printing options never reveals secrets.
func (o Options) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "source.Options{…}") }

// Validate checks the options; its errors name the user's flags. It reads the
// certificate and token files.
func (o Options) Validate() error {
	o = o.withDefaults()
	switch {
	case o.Interval < 100*time.Millisecond:
		return errors.New("--interval: the minimum is 100ms, so that watching does not become the load")
	case math.IsNaN(o.Cost) || o.Cost <= 0 || o.Cost > 1:
		return errors.New("--cost: must be above 0% and at most 100% of one core, for example 1%")
	case o.Timeout < 100*time.Millisecond:
		return errors.New("--timeout: the minimum is 100ms")
	case o.Limit < 0:
		return errors.New("--limit: cannot be negative")
	case o.History != 0 && o.History < profile.MinLimit:
		return fmt.Errorf("--history: the minimum is %dMiB", profile.MinLimit>>20)
	case o.MaxBody < 0 || o.MaxInflated < 0:
		return errors.New("size limits cannot be negative")
	}
	if err := o.checkRange(); err != nil {
		return err
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

// checkRange checks the range to read from a store.
func (o Options) checkRange() error {
	switch {
	case o.Since < time.Minute || o.Since > maxSince:
		return errors.New("--since: must be between one minute and a year, for example 48h or 7d")
	case !o.Until.IsZero() && o.Until.After(time.Now().Add(time.Minute)):
		return errors.New("--until: is in the future")
	}
	return nil
}

func (o Options) withDefaults() Options {
	orDefault(&o.Interval, DefaultInterval)
	orDefault(&o.Cost, DefaultCost)
	orDefault(&o.Timeout, DefaultTimeout)
	orDefault(&o.Since, DefaultSince)
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

// sayProgress tells the user the progress of opening a target, and which key quits.
func (o Options) sayProgress(text string) {
	if o.Progress != nil {
		o.Progress(text + "; " + cmp.Or(o.StopKey, "ctrl+c") + " quits")
	}
}
