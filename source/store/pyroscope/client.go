// Package pyroscope speaks the Connect protocol of Pyroscope, which stores continuous
// profiles.
package pyroscope

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/leaktop/leaktop/source/store"
)

// client reads from one Pyroscope server, and writes to it. It is safe for concurrent use.
type client struct{ to store.Requester }

// New returns a client that sends its requests through to.
func New(to store.Requester) *client { return &client{to} }

// maxAnswer is the maximum size of a response other than a profile, in bytes.
const maxAnswer = 64 << 20

const (
	querier = "/querier.v1.QuerierService/"
	pusher  = "/push.v1.PusherService/"
)

// timesOf returns the ends of a window in milliseconds since 1970; 0 means an open end.
func timesOf(w store.Window) (start, end int64) {
	if !w.From.IsZero() {
		start = w.From.UnixMilli()
	}
	if !w.To.IsZero() {
		end = w.To.UnixMilli()
	}
	return start, end
}

// Types implements [store.Reader].
func (c *client) Types(ctx context.Context, w store.Window) (out []store.Type, err error) {
	for _, part := range newestParts(w) {
		var a typesAnswer
		start, end := timesOf(part)
		r := store.Request{Subject: "the profile types", Path: querier + "ProfileTypes", MaxBytes: maxAnswer}
		if err := store.PostJSON(ctx, c.to, r, typesRequest{start, end}, &a); err != nil {
			return nil, err
		}
		for _, t := range a.ProfileTypes {
			if t, ok := store.ParseType(t.ID); ok && !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	return out, nil
}

// LabelNames implements [store.Reader].
func (c *client) LabelNames(ctx context.Context, w store.Window) ([]string, error) {
	names, err := c.askLabels(ctx, store.Request{Subject: "the labels", Path: querier + "LabelNames"}, "", w)
	return slices.DeleteFunc(names, func(n string) bool { return strings.HasPrefix(n, "__") }), err
}

// LabelValues implements [store.Reader].
func (c *client) LabelValues(ctx context.Context, name string, w store.Window) ([]string, error) {
	return c.askLabels(ctx, store.Request{Subject: "the values of a label", Path: querier + "LabelValues"}, name, w)
}

// askLabels returns the names in the responses for all parts of a window.
func (c *client) askLabels(ctx context.Context, r store.Request, name string, w store.Window) (out []string, err error) {
	r.MaxBytes = maxAnswer
	for _, part := range newestParts(w) {
		var a labelsAnswer
		start, end := timesOf(part)
		if err := store.PostJSON(ctx, c.to, r, labelsRequest{Name: name, Start: start, End: end}, &a); err != nil {
			return nil, err
		}
		for _, n := range a.Names {
			if !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out, nil
}

// maxGroupBy is the maximum number of labels by which series are distinguished.
const maxGroupBy = 24

// scrapeStep is the step of the requested totals. The server adds up the values of all
// profiles within a step, whatever aggregation is requested, so the step must be shorter than
// the time between two scrapes.
const scrapeStep = time.Second

// Totals implements [store.Reader]. The time of a point is the end of the second in
// which its profile was taken.
func (c *client) Totals(ctx context.Context, t store.Type, s store.Selector, w store.Window, step time.Duration) ([]store.Series, error) {
	names, err := c.LabelNames(ctx, w)
	if err != nil {
		return nil, err
	}
	var lines []*line
	for _, part := range splitWindow(w, maxTotalsLength) {
		series, err := c.selectSeries(ctx, t, s, part, names[:min(len(names), maxGroupBy)])
		if err != nil {
			return nil, err
		}
		for _, x := range series {
			i := slices.IndexFunc(lines, func(l *line) bool { return slices.Equal(l.labels, x.Labels) })
			if i < 0 {
				i = len(lines)
				lines = append(lines, &line{labels: x.Labels, from: w.From, step: max(step, scrapeStep)})
			}
			for _, p := range x.Points {
				lines[i].add(p)
			}
		}
	}
	var out []store.Series
	for _, l := range lines {
		out = append(out, l.series(t))
	}
	return out, nil
}

func (c *client) selectSeries(ctx context.Context, t store.Type, s store.Selector, w store.Window, groupBy []string) (out []store.Series, err error) {
	start, end := timesOf(w)
	var a seriesAnswer
	in := seriesRequest{
		ProfileTypeID: t.String(), LabelSelector: s.String(), Start: start, End: end, GroupBy: groupBy, Step: scrapeStep.Seconds(),
	}
	if err := store.PostJSON(ctx, c.to, store.Request{Subject: "the totals", Path: querier + "SelectSeries", MaxBytes: maxAnswer}, in, &a); err != nil {
		return nil, err
	}
	for _, x := range a.Series {
		series := store.Series{Labels: toLabels(x.Labels)}
		for _, p := range x.Points {
			series.Points = append(series.Points, store.Point{Time: time.UnixMilli(int64(p.Timestamp)), Value: p.Value})
		}
		if len(series.Points) > 0 {
			out = append(out, series)
		}
	}
	return out, nil
}

// Profile implements [store.Reader]. It requests only the second of one scrape, because
// the server merges a range by adding values up.
func (c *client) Profile(ctx context.Context, t store.Type, l store.Labels, at time.Time) ([]byte, error) {
	m := mergeRequest{t.String(), l.Selector().String(), at.Add(time.Millisecond - scrapeStep).UnixMilli(), at.UnixMilli()}
	var data []byte
	r := store.Request{Subject: "a profile", Path: querier + "SelectMergeProfile", Body: m.marshal(), ContentType: "application/proto"}
	err := c.to.Send(ctx, r, func(body io.Reader) (err error) {
		data, err = io.ReadAll(body)
		return err
	})
	if err == nil && len(data) == 0 {
		err = fmt.Errorf("%w: a profile is empty", store.ErrContent)
	}
	return data, err
}

// ServiceLabels implements [store.Reader].
func (c *client) ServiceLabels() []string { return []string{"service_name", "job", "app"} }

// Write implements [store.Writer].
func (c *client) Write(ctx context.Context, s store.Sample) error {
	series := pushSeries{Labels: []label{{"__name__", s.Name}}, Samples: []pushSample{{s.Data}}}
	for _, l := range s.Labels {
		series.Labels = append(series.Labels, label{l.Name, l.Value})
	}
	if s.Labels.Value("service_name") == "" {
		series.Labels = append(series.Labels, label{"service_name", s.Labels.Value("job")})
	}
	r := store.Request{Verb: "write", Subject: "a profile", Path: pusher + "Push"}
	return store.PostJSON(ctx, c.to, r, pushRequest{[]pushSeries{series}}, nil)
}
