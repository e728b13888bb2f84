package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/poll"
	"github.com/leaktop/leaktop/source/problem"
	"github.com/leaktop/leaktop/source/store"
	"github.com/leaktop/leaktop/source/store/prometheus"
	"github.com/leaktop/leaktop/source/target"
)

// Metrics is a metrics store with the days before the watch of targets. Reading it
// sends no request to the targets.
type Metrics struct {
	reader *prometheus.Reader
	client *client
}

// MetricsQueries are the user's queries, which replace the default ones.
type MetricsQueries struct{ Pod, Job prometheus.Queries }

// NewMetrics returns the store of a --prometheus argument: the address of its HTTP API, with
// a selector as in the address of a profile store. since is how far back is read, 0 for
// [prometheus.DefaultSince]. Credentials are those of the options.
func NewMetrics(arg string, o Options, since time.Duration, q MetricsQueries) (*Metrics, error) {
	t, err := target.ParseMetrics(arg)
	if err != nil {
		return nil, err
	}
	o = o.withDefaults()
	if o.Timeout == DefaultTimeout {
		o.Timeout = metricsPatience
	}
	to, err := newStoreRequester(t, o, true)
	if err != nil {
		return nil, err
	}
	return &Metrics{client: to.client, reader: prometheus.NewReader(metricsRequester{to}, prometheus.Options{
		Name: t.Name, Selector: t.Selector, Since: since, Pod: q.Pod, Job: q.Job,
	})}, nil
}

// metricsPatience is how long a metrics store may be silent.
const metricsPatience = 20 * time.Second

// Close closes the connections.
func (m *Metrics) Close() { m.client.closeIdle() }

// metricsRequester explains failures of a metrics store.
type metricsRequester struct{ *storeRequester }

// Send implements [store.Requester].
func (m metricsRequester) Send(ctx context.Context, r store.Request, read func(io.Reader) error) error {
	err := m.storeRequester.Send(ctx, r, read)
	p, ok := errors.AsType[*problem.Problem](err)
	if !ok {
		return err
	}
	switch p.Cause {
	case problem.CauseContent:
		p.Why, p.Next = "this is not a response of the Prometheus HTTP API", "check the address and its path: a login page or another service may answer there"
	case problem.CauseMissing:
		p.Next = "check the address: the API is at URL/api/v1; Mimir has it at URL/prometheus"
	case problem.CauseLarge:
		p.Why, p.Next = "the answer is larger than 16 MiB", "ask for less with --since, or make the queries narrower in the settings file"
	case problem.CauseDown:
		p.Why = fmt.Sprintf("it does not answer queries at the moment (%d)", p.Status)
	}
	return p
}

// Past is the data that a metrics store has of the days before the watch.
type Past struct{ *longterm.Data }

func (Past) isMessage() {}

// PastReader reads the days before of one target.
type PastReader struct {
	metrics *Metrics
	target  prometheus.Target // as far as known before the watch
	until   time.Time         // zero for now
	waits   func(profile.Facts) bool
}

// HasPast is a source for which a metrics store may have the days before.
type HasPast interface {
	// Past returns the reader of that data, nil if the user named no store.
	Past() *PastReader
}

// Past implements [HasPast].
func (h *HTTP) Past() *PastReader {
	if h.opts.Metrics == nil {
		return nil
	}
	p := &PastReader{metrics: h.opts.Metrics}
	switch t := h.client.target; t.Scheme {
	case target.SchemeKube:
		p.waits = func(f profile.Facts) bool { return f.Pod == "" }
	default:
		if t.URL != nil && t.Socket == "" {
			p.target.Address = t.URL.Host
		}
		p.waits = func(f profile.Facts) bool { return f.Start.IsZero() }
	}
	return p
}

// Past implements [HasPast].
func (r *Recorded) Past() *PastReader {
	if r.opts.Metrics == nil {
		return nil
	}
	p := &PastReader{metrics: r.opts.Metrics}
	if r.feed != nil {
		l := r.feed.history.Labels
		p.target.Labels, p.target.Namespace, p.target.Pod, p.target.Container = l, l.Value("namespace"), l.Value("pod"), l.Value("container")
		p.until = r.opts.Until
		return p
	}
	p.waits = func(f profile.Facts) bool { return f.Name == "" && f.Pod == "" }
	p.until = r.steps[len(r.steps)-1].Time
	return p
}

// addressName finds the address in a name for display.
var addressName = regexp.MustCompile(`^[A-Za-z0-9._-]+:[0-9]+$|^\[[0-9a-fA-F:]+\]:[0-9]+$`)

// targetOf returns the target, completed with what the watch has learned.
func (p *PastReader) targetOf(f profile.Facts) prometheus.Target {
	t := p.target
	if f.Pod != "" {
		t.Namespace, t.Pod, t.Container = f.Namespace, f.Pod, f.ContainerName
	}
	t.Limit = float64(f.Limit)
	if !f.Start.IsZero() {
		t.Start = float64(f.Start.UnixMilli()) / 1000
	}
	if host, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(f.Name, "http://"), "https://"), "/"); t.Address == "" && addressName.MatchString(host) {
		t.Address = host
	}
	return t
}

// Load reads the data. Failures become diagnostics of the data.
func (p *PastReader) Load(ctx context.Context, f profile.Facts) Past {
	d, err := p.metrics.reader.Load(ctx, p.targetOf(f), p.until)
	if err == nil {
		return Past{d}
	}
	d = &longterm.Data{Store: p.metrics.reader.Name()}
	d.Diagnostics = []profile.Diagnostic{p.diagnose(err)}
	return Past{d}
}

// diagnose says why nothing could be read.
func (p *PastReader) diagnose(err error) profile.Diagnostic {
	name := p.metrics.reader.Name()
	d := profile.Diagnostic{Code: profile.CodeMetrics, Severity: profile.SeverityWarning}
	if c, ok := errors.AsType[*store.ChoiceError](err); ok {
		d.What, d.Next = plain.Clip(name+": "+c.Error(), 400), "name it: --prometheus 'URL{job=\"JOB\",instance=\"INSTANCE\"}'"
		return d
	}
	if e, ok := errors.AsType[*store.EmptyError](err); ok {
		d.What, d.Next = plain.Clip(name+": "+e.What, 400), plain.Clip(e.Next, 400)
		return d
	}
	return problem.Diagnose(err, profile.CodeMetrics, profile.SeverityWarning, "")
}

const (
	// pastEvery is the minimum time between two readings of the past.
	pastEvery = time.Minute
	// pastWait is how long reading waits for the watch to learn more about the target.
	pastWait = 5 * time.Second
	// pastLook is the interval at which it checks that.
	pastLook = 100 * time.Millisecond
)

// Follow reads the past at intervals until ctx ends, for the first time once enough is
// known about the target, and passes each result to send.
func (p *PastReader) Follow(ctx context.Context, facts func() profile.Facts, send func(Message)) {
	for waited := time.Duration(0); p.waits != nil && p.waits(facts()); waited += pastLook {
		if waited >= pastWait && (p.target.Address != "" || !p.until.IsZero()) {
			break
		}
		if poll.SleepFor(ctx, pastLook) != nil {
			return
		}
	}
	var last *longterm.Data
	for ctx.Err() == nil {
		now := p.Load(ctx, facts())
		if ctx.Err() != nil {
			return
		}
		if len(now.Lines) == 0 && last != nil { // what was read stays
			kept := *last
			kept.Diagnostics = append(kept.Diagnostics[:len(kept.Diagnostics):len(kept.Diagnostics)], now.Diagnostics...)
			now.Data = &kept
		} else if len(now.Lines) > 0 {
			last = now.Data
		}
		send(now)
		if poll.SleepFor(ctx, max(pastEvery, now.Step)) != nil {
			return
		}
	}
}

// errLate reports that the store had not answered when the watch ended.
var errLate = &problem.Problem{
	Cause: problem.CauseTimeout, Why: "the watch ended before the metrics store had answered", Next: "watch for longer, or ask for less with --since",
}

// Unanswered returns what is sent if the watch ends before the store has answered.
func (p *PastReader) Unanswered() Past {
	d := &longterm.Data{Store: p.metrics.reader.Name()}
	d.Diagnostics = []profile.Diagnostic{problem.Diagnose(errLate, profile.CodeMetrics, profile.SeverityWarning, "")}
	return Past{d}
}
