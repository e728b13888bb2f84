// Package parca speaks the HTTP interface of Parca, which stores continuous profiles.
package parca

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/leaktop/leaktop/source/store"
)

// client reads from one Parca server, and writes to it.
type client struct{ to store.Requester }

// New returns a client that sends its requests through to.
func New(to store.Requester) *client { return &client{to} }

// maxAnswer is the maximum size of a response other than a profile, in bytes.
const maxAnswer = 64 << 20

func setWindow(q url.Values, w store.Window) url.Values {
	if !w.From.IsZero() {
		q.Set("start", w.From.UTC().Format(time.RFC3339Nano))
	}
	if !w.To.IsZero() {
		q.Set("end", w.To.UTC().Format(time.RFC3339Nano))
	}
	return q
}

// Types implements [store.Reader].
func (c *client) Types(ctx context.Context, w store.Window) ([]store.Type, error) {
	var a typesAnswer
	err := store.GetJSON(ctx, c.to, store.Request{
		Subject: "the profile types", Path: "/api/profiles/types", Query: setWindow(url.Values{}, w), MaxBytes: maxAnswer,
	}, &a)
	if err != nil {
		return nil, err
	}
	var out []store.Type
	for _, t := range a.Types {
		out = append(out, store.Type{
			Name: t.Name, Sample: t.SampleType, Unit: t.SampleUnit, PeriodType: t.PeriodType, PeriodUnit: t.PeriodUnit, Delta: t.Delta,
		})
	}
	return out, nil
}

// LabelNames implements [store.Reader].
func (c *client) LabelNames(ctx context.Context, w store.Window) ([]string, error) {
	var a labelNamesAnswer
	err := store.GetJSON(ctx, c.to, store.Request{
		Subject: "the labels", Path: "/api/profiles/labels", Query: setWindow(url.Values{}, w), MaxBytes: maxAnswer,
	}, &a)
	return a.LabelNames, err
}

// LabelValues implements [store.Reader].
func (c *client) LabelValues(ctx context.Context, name string, w store.Window) ([]string, error) {
	var a labelValuesAnswer
	err := store.GetJSON(ctx, c.to, store.Request{
		Subject: "the values of a label", Path: "/api/profiles/labels/" + url.PathEscape(name) + "/values",
		Query: setWindow(url.Values{}, w), MaxBytes: maxAnswer,
	}, &a)
	return a.LabelValues, err
}

// Totals implements [store.Reader].
func (c *client) Totals(ctx context.Context, t store.Type, s store.Selector, w store.Window, step time.Duration) ([]store.Series, error) {
	q := setWindow(url.Values{"query": {t.String() + s.String()}}, w)
	q.Set("step", strconv.FormatFloat(step.Seconds(), 'f', -1, 64)+"s")
	var a rangeAnswer
	err := store.GetJSON(ctx, c.to, store.Request{Subject: "the totals", Path: "/api/profiles/query_range", Query: q, MaxBytes: maxAnswer}, &a)
	if store.IsMissing(err) {
		return nil, nil // Parca responds 404 only if there is no data
	}
	if err != nil {
		return nil, err
	}
	var out []store.Series
	for _, x := range a.Series {
		series := store.Series{Labels: x.Labelset.toLabels()}
		for _, p := range x.Samples {
			series.Points = append(series.Points, store.Point{Time: p.Timestamp, Value: float64(p.Value)})
		}
		if len(series.Points) > 0 {
			out = append(out, series)
		}
	}
	return out, nil
}

// Profile implements [store.Reader]. The mode stays unset, which means a single profile:
// merging would add values up.
func (c *client) Profile(ctx context.Context, t store.Type, l store.Labels, at time.Time) ([]byte, error) {
	q := url.Values{
		"report_type": {"REPORT_TYPE_PPROF"}, "single.query": {t.String() + l.Selector().String()},
		"single.time": {at.UTC().Format(time.RFC3339Nano)},
	}
	var a queryAnswer
	err := store.GetJSON(ctx, c.to, store.Request{Subject: "a profile", Path: "/api/profiles/query", Query: q}, &a)
	if err != nil {
		return nil, err
	}
	if len(a.Pprof) == 0 {
		return nil, fmt.Errorf("%w: a profile is empty", store.ErrContent)
	}
	return a.Pprof, nil
}

// ServiceLabels implements [store.Reader].
func (c *client) ServiceLabels() []string { return []string{"job", "service_name", "app", "comm"} }

// Write implements [store.Writer].
func (c *client) Write(ctx context.Context, p store.Sample) error {
	labels := labelSet{[]label{{"__name__", p.Name}}}
	for _, l := range p.Labels {
		labels.Labels = append(labels.Labels, label{l.Name, l.Value})
	}
	// Go's profiles already have the addresses of the binary and the names of functions.
	in := writeRequest{Normalized: true, Series: []rawSeries{{labels, []rawSample{{p.Data}}}}}
	return store.PostJSON(ctx, c.to, store.Request{Verb: "write", Subject: "a profile", Path: "/api/profiles/writeraw"}, in, nil)
}
