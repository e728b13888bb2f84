// Package pyroscope speaks the Connect protocol of Pyroscope, which stores continuous
// profiles.
package pyroscope

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/store"
)

// Client reads from one Pyroscope server, and writes to it. It is safe for concurrent use.
type Client struct {
	to store.Requester

	mu sync.Mutex // guards the fields below
	// step is the longest step that totals were asked for: the profile of a point lies
	// within it before the point.
	step    time.Duration
	scrapes map[string]time.Time // the time of the scrape of a point, by series and point
}

// New returns a client that sends its requests through to.
func New(to store.Requester) *Client {
	return &Client{to: to, step: time.Second, scrapes: map[string]time.Time{}}
}

// maxAnswer bounds an answer other than a profile.
const maxAnswer = 64 << 20

const (
	querier = "/querier.v1.QuerierService/"
	pusher  = "/push.v1.PusherService/"
)

// timesOf returns a window in milliseconds, and 0 for an open end.
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
func (c *Client) Types(ctx context.Context, w store.Window) (out []store.Type, err error) {
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
func (c *Client) LabelNames(ctx context.Context, w store.Window) ([]string, error) {
	names, err := c.askLabels(ctx, store.Request{Subject: "the labels", Path: querier + "LabelNames"}, "", w)
	return slices.DeleteFunc(names, func(n string) bool { return strings.HasPrefix(n, "__") }), err
}

// LabelValues implements [store.Reader].
func (c *Client) LabelValues(ctx context.Context, name string, w store.Window) ([]string, error) {
	return c.askLabels(ctx, store.Request{Subject: "the values of a label", Path: querier + "LabelValues"}, name, w)
}

// askLabels returns the names in the answers for the parts of a window.
func (c *Client) askLabels(ctx context.Context, r store.Request, name string, w store.Window) (out []string, err error) {
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

// maxGroupBy bounds the labels by which series are told apart.
const maxGroupBy = 24

// Totals implements [store.Reader]. The time of a point is the end of its step.
func (c *Client) Totals(ctx context.Context, t store.Type, s store.Selector, w store.Window, step time.Duration) ([]store.Series, error) {
	names, err := c.LabelNames(ctx, w)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	c.step = max(c.step, step)
	c.mu.Unlock()
	var out []store.Series
	for _, part := range splitWindow(w, step) {
		series, err := c.selectSeries(ctx, t, s, part, step, names[:min(len(names), maxGroupBy)])
		if err != nil {
			return nil, err
		}
		for _, x := range series {
			i := slices.IndexFunc(out, func(o store.Series) bool { return slices.Equal(o.Labels, x.Labels) })
			if i < 0 {
				out = append(out, x)
				continue
			}
			out[i].Points = append(out[i].Points, x.Points...)
		}
	}
	return out, nil
}

func (c *Client) selectSeries(ctx context.Context, t store.Type, s store.Selector, w store.Window, step time.Duration, groupBy []string) (out []store.Series, err error) {
	start, end := timesOf(w)
	var a seriesAnswer
	in := seriesRequest{
		ProfileTypeID: t.String(), LabelSelector: s.String(), Start: start, End: end, GroupBy: groupBy, Step: step.Seconds(), Aggregation: average,
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

// Profile implements [store.Reader]. It asks for the second of one scrape, because
// merging adds values up.
func (c *Client) Profile(ctx context.Context, t store.Type, l store.Labels, at time.Time) ([]byte, error) {
	scrape, err := c.findScrape(ctx, t, l, at)
	if err != nil {
		return nil, err
	}
	m := mergeRequest{t.String(), l.Selector().String(), scrape.UnixMilli() - 999, scrape.UnixMilli()}
	var data []byte
	r := store.Request{Subject: "a profile", Path: querier + "SelectMergeProfile", Body: m.marshal(), ContentType: "application/proto"}
	err = c.to.Send(ctx, r, func(body io.Reader) (err error) {
		data, err = io.ReadAll(body)
		return err
	})
	if err == nil && len(data) == 0 {
		err = fmt.Errorf("%w: a profile is empty", store.ErrContent)
	}
	return data, err
}

// findScrape returns the end of the second in which the last scrape of a step was. The
// types of one profile have the same.
func (c *Client) findScrape(ctx context.Context, t store.Type, l store.Labels, at time.Time) (time.Time, error) {
	key := t.Name + l.Selector().String() + at.String()
	c.mu.Lock()
	known, ok := c.scrapes[key]
	step := c.step
	c.mu.Unlock()
	if ok || step <= time.Second {
		return cmpTime(known, at), nil
	}
	series, err := c.selectSeries(ctx, t, l.Selector(), store.Window{From: at.Add(-step), To: at}, time.Second, nil)
	if err != nil {
		return at, err
	}
	found := at
	for _, s := range series {
		found = s.Points[len(s.Points)-1].Time
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.scrapes) > 1000 {
		clear(c.scrapes)
	}
	c.scrapes[key] = found
	return found, nil
}

func cmpTime(known, at time.Time) time.Time {
	if known.IsZero() {
		return at
	}
	return known
}

// ServiceLabels implements [store.Reader].
func (c *Client) ServiceLabels() []string { return []string{"service_name", "job", "app"} }

// Write implements [store.Writer].
func (c *Client) Write(ctx context.Context, s store.Sample) error {
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
