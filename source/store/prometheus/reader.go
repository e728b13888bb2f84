package prometheus

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/source/problem"
	"github.com/leaktop/leaktop/source/store"
)

// Options are the settings of a Reader.
type Options struct {
	Name     string         // of the server, for display: "Prometheus prom:9090"
	Selector store.Selector // given by the user; empty to find the target automatically
	Since    time.Duration
	// Pod and Job are the user's queries, which replace those of podQueries and
	// jobQueries.
	Pod, Job Queries
}

// DefaultSince is how far back to read by default.
const DefaultSince = 7 * 24 * time.Hour

// Reader reads the history of processes. The members of a fleet share a Reader, and
// with it the cached answers. It is safe for concurrent use.
type Reader struct {
	client *Client
	o      Options
	// isSinceAsked means that the user chose how far back to read.
	isSinceAsked bool

	mu     sync.Mutex // guards the fields below
	memo   map[string]*answer
	clock  time.Duration // of the server, relative to this machine's
	asked  time.Time     // when the server was asked for its time
	skewed bool
}

// NewReader returns a reader of a server.
func NewReader(to store.Requester, o Options) *Reader {
	asked := o.Since > 0
	if !asked {
		o.Since = DefaultSince
	}
	return &Reader{client: newClient(to), o: o, isSinceAsked: asked, memo: map[string]*answer{}}
}

// Name returns the server for display.
func (r *Reader) Name() string { return r.o.Name }

// The maximum number of points of a line, and the possible steps between two points.
const maxPoints = 720

var steps = []time.Duration{
	15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute,
	20 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
}

// stepFor returns the time between two points of a span.
func stepFor(span time.Duration) time.Duration {
	for _, s := range steps {
		if span/s <= maxPoints {
			return s
		}
	}
	return steps[len(steps)-1]
}

// The finer values that continue the live charts to the left.
const (
	recentSpan = time.Hour
	recentStep = 15 * time.Second
)

// Load reads the history of a target up to a time; zero means now. The error says why
// nothing could be read; incomplete data has a diagnostic instead.
func (r *Reader) Load(ctx context.Context, t Target, until time.Time) (*longterm.Data, error) {
	sel, t, err := r.find(ctx, t)
	if err != nil {
		return nil, err
	}
	now, err := r.serverNow(ctx)
	if err != nil {
		return nil, err
	}
	if until.IsZero() || until.After(now) {
		until = now
	}
	step := stepFor(r.o.Since)
	w := store.Window{To: until.Truncate(step)}
	w.From = w.To.Add(-r.o.Since).Truncate(step)
	values := t.values(sel)
	d := &longterm.Data{Store: r.o.Name, Subject: describeSubject(t, sel), From: w.From, To: w.To, Step: step}
	l := loading{r: r, d: d, w: w, values: values, queries: jobQueries.merge(r.o.Job)}
	if t.Pod != "" {
		l.queries = podQueries.merge(r.o.Pod)
	}
	if t.Limit > 0 {
		delete(l.queries, longterm.Limit)
	}
	if err := l.askAll(ctx); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(l.all, func(s longterm.Series) bool { return s.Metric != longterm.Version }) {
		return nil, r.explainEmpty(ctx, t, sel, w)
	}
	longterm.Assemble(d, l.all, l.ownID(t), templateOf)
	d.Limit = max(d.Limit, t.Limit)
	l.askRecent(ctx, until)
	l.diagnose(until)
	if r.isSkewed() {
		d.Diagnostics = append(d.Diagnostics, r.diagnoseSkew())
	}
	return d, nil
}

func describeSubject(t Target, sel store.Selector) string {
	if t.Pod != "" {
		return store.Selector{}.With(store.Labels{{Name: "namespace", Value: t.Namespace}, {Name: "pod", Value: t.Pod}}).String()
	}
	return sel.String()
}

// loading is the state of one call of Load.
type loading struct {
	r       *Reader
	d       *longterm.Data
	w       store.Window
	values  map[string]string
	queries Queries
	all     []longterm.Series
}

// askAll sends all queries. If the server refuses one, that becomes a diagnostic; any other
// failure is an error.
func (l *loading) askAll(ctx context.Context) error {
	for _, m := range Metrics {
		text, ok := l.queries[m]
		if !ok {
			continue
		}
		query, ok := expandQuery(text, l.values)
		q := longterm.Query{Metric: m, Text: query}
		if !ok {
			q.Text, q.Error = text, "not sent: it uses a value that is unknown for this target"
			l.d.Queries = append(l.d.Queries, q)
			continue
		}
		a, err := l.r.query(ctx, query, l.w, l.d.Step)
		if problem.HasCause(err, problem.CauseLarge) && l.values["pods"] != l.values["pod"] {
			// The workload has too many pods: this one alone.
			l.values["pods"] = l.values["pod"]
			l.add(profile.CodeMetrics, profile.SeverityInfo, "the workload had too many pods for one answer: only this pod's history is shown", "")
			if query, ok = expandQuery(text, l.values); ok {
				q.Text = query
				a, err = l.r.query(ctx, query, l.w, l.d.Step)
			}
		}
		if store.IsRefused(err) && !store.IsMissing(err) {
			d := problem.Diagnose(err, profile.CodeMetrics, profile.SeverityWarning, "")
			q.Error = d.What
			d.What, d.Next = "the query "+string(m)+" failed: "+d.What, "correct it in the settings file, section [prometheus]"
			l.d.Diagnostics = append(l.d.Diagnostics, d)
		} else if err != nil {
			return err
		}
		l.addAnswer(&q, a)
		l.d.Queries = append(l.d.Queries, q)
	}
	return nil
}

// addAnswer adds the series of an answer.
func (l *loading) addAnswer(q *longterm.Query, a Matrix) {
	q.Series = len(a.Series)
	for _, s := range a.Series {
		q.Points += len(s.Points)
		l.all = append(l.all, longterm.Series{
			Metric: q.Metric, ID: idOf(s.Labels), Version: s.Labels.Value("version"), Points: s.Points,
		})
	}
	if a.Omitted > 0 {
		l.add(profile.CodeMetrics, profile.SeverityInfo, fmt.Sprintf("the query %s selects %d more series than are read", q.Metric, a.Omitted), "make it narrower in the settings file, section [prometheus]")
	}
	for _, w := range a.Warnings[:min(len(a.Warnings), 3)] {
		l.add(profile.CodeStoreParts, profile.SeverityWarning, "the answer from "+l.r.o.Name+" is incomplete: "+clipText(w, 120), "")
	}
}

func (l *loading) add(code profile.Code, severity profile.Severity, what, next string) {
	l.d.Diagnostics = profile.AddDiagnostic(l.d.Diagnostics, profile.Diagnostic{Code: code, Severity: severity, What: what, Next: next}, 20)
}

// idOf returns an identifier for the process of a series.
func idOf(l store.Labels) string {
	for _, name := range []string{"pod", "instance"} {
		if v := l.Value(name); v != "" {
			return v
		}
	}
	return ""
}

// ownID returns the ID of the target's own series: that of the pod, or, of several
// instances, the one with the most memory.
func (l *loading) ownID(t Target) string {
	if t.Pod != "" && slices.ContainsFunc(l.all, func(s longterm.Series) bool {
		return s.ID == t.Pod && slices.Contains(longterm.MemoryMetrics, s.Metric)
	}) {
		return t.Pod
	}
	id, most := "", profile.Value{}
	for _, s := range l.all {
		if !slices.Contains(longterm.MemoryMetrics, s.Metric) || len(s.Points) == 0 {
			continue
		}
		v := s.Points[len(s.Points)-1]
		if later := v.Time.Sub(most.Time); later > longterm.Overlap || later > -longterm.Overlap && v.V > most.V {
			id, most = s.ID, v
		}
	}
	return id
}

// askRecent requests the last hour in a finer resolution, with one query.
func (l *loading) askRecent(ctx context.Context, until time.Time) {
	m, _ := l.d.Memory()
	var parts []string
	for _, x := range []struct {
		metric longterm.Metric
		name   string
	}{{m, "memory"}, {longterm.Goroutines, "goroutines"}} {
		if text, ok := expandQuery(l.queries[x.metric], l.values); ok && text != "" {
			parts = append(parts, `label_replace(`+text+`,"leaktop","`+x.name+`","","")`)
		}
	}
	if len(parts) == 0 {
		return
	}
	to := until.Truncate(recentStep)
	q := longterm.Query{Metric: "last_hour", Text: strings.Join(parts, " or ")}
	a, err := l.r.query(ctx, q.Text, store.Window{From: to.Add(-recentSpan), To: to}, recentStep)
	if err != nil {
		q.Error = problem.Diagnose(err, profile.CodeMetrics, profile.SeverityInfo, "").What
		l.d.Queries = append(l.d.Queries, q)
		return
	}
	l.d.Recent = map[longterm.Metric][]profile.Value{}
	id := l.recentID(a)
	for _, s := range a.Series {
		q.Series, q.Points = q.Series+1, q.Points+len(s.Points)
		if idOf(s.Labels) != id {
			continue
		}
		if s.Labels.Value("leaktop") == "goroutines" {
			l.d.Recent[longterm.Goroutines] = s.Points
		} else {
			l.d.Recent[m] = s.Points
		}
	}
	l.d.Queries = append(l.d.Queries, q)
}

// recentID returns the ID of the process whose last hour is shown.
func (l *loading) recentID(a Matrix) string {
	var all []longterm.Series
	for _, s := range a.Series {
		all = append(all, longterm.Series{Metric: longterm.Resident, ID: idOf(s.Labels), Points: s.Points})
	}
	own := &loading{all: all}
	return own.ownID(Target{Pod: strings.Trim(l.values["pod"], `"`)})
}
