// Package prometheus reads the memory of a service over days from Prometheus, or from
// another server with the same HTTP API.
//
// [Client] speaks the API. [Queries] are the queries, which the user can change. [Reader]
// finds a target in the store, sends the queries, and makes one line for each metric.
package prometheus

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/store"
)

// Client reads from one server.
type Client struct{ to store.Requester }

// newClient returns a client that sends its requests through to.
func newClient(to store.Requester) *Client { return &Client{to} }

// Bounds on one answer.
const (
	maxAnswer = 16 << 20 // bytes
	maxSeries = 500
)

// series is a series of an answer.
type series struct {
	Labels store.Labels // sorted by name
	Points []profile.Value
}

// Matrix is the answer to a query.
type Matrix struct {
	Series []series
	// Omitted is the number of series beyond the maximum, which were not read.
	Omitted  int
	Warnings []string // of the server, about missing parts
}

// Range returns the values of a query in a window, one per step.
func (c *Client) Range(ctx context.Context, query string, w store.Window, step time.Duration) (Matrix, error) {
	q := url.Values{
		"query": {query}, "start": {formatTime(w.From)}, "end": {formatTime(w.To)},
		"step": {strconv.FormatFloat(step.Seconds(), 'f', -1, 64)},
	}
	var a envelope[queryData]
	if err := c.get(ctx, "the answer to a query", "/api/v1/query_range", q, &a); err != nil {
		return Matrix{}, err
	}
	if a.Data.ResultType != "matrix" {
		return Matrix{}, fmt.Errorf("%w: a %q instead of a matrix", store.ErrContent, a.Data.ResultType)
	}
	var all []rangeSeries
	if err := json.Unmarshal(a.Data.Result, &all); err != nil {
		return Matrix{}, fmt.Errorf("%w: %w", store.ErrContent, err)
	}
	m := Matrix{Warnings: a.Warnings, Omitted: max(0, len(all)-maxSeries)}
	for _, x := range all[:len(all)-m.Omitted] {
		m.add(x.Metric, x.Values)
	}
	return m, nil
}

// Instant returns the current values of a query, at the server's time.
func (c *Client) Instant(ctx context.Context, query string) (Matrix, error) {
	var a envelope[queryData]
	if err := c.get(ctx, "the answer to a query", "/api/v1/query", url.Values{"query": {query}}, &a); err != nil {
		return Matrix{}, err
	}
	var all []instantSeries
	switch a.Data.ResultType {
	case "vector":
		if err := json.Unmarshal(a.Data.Result, &all); err != nil {
			return Matrix{}, fmt.Errorf("%w: %w", store.ErrContent, err)
		}
	case "scalar":
		all = make([]instantSeries, 1)
		if err := json.Unmarshal(a.Data.Result, &all[0].Value); err != nil {
			return Matrix{}, fmt.Errorf("%w: %w", store.ErrContent, err)
		}
	default:
		return Matrix{}, fmt.Errorf("%w: a %q instead of a vector", store.ErrContent, a.Data.ResultType)
	}
	m := Matrix{Warnings: a.Warnings, Omitted: max(0, len(all)-maxSeries)}
	for _, x := range all[:len(all)-m.Omitted] {
		m.add(x.Metric, []sample{x.Value})
	}
	return m, nil
}

// LabelValues returns the values of a label of the series that a selector selects.
func (c *Client) LabelValues(ctx context.Context, name, match string, w store.Window) ([]string, error) {
	q := url.Values{"match[]": {match}, "start": {formatTime(w.From)}, "end": {formatTime(w.To)}, "limit": {strconv.Itoa(10 * maxSeries)}}
	var a envelope[[]string]
	err := c.get(ctx, "the values of a label", "/api/v1/label/"+url.PathEscape(name)+"/values", q, &a)
	return a.Data, err
}

// get sends a request and decodes its answer.
func (c *Client) get(ctx context.Context, subject, path string, q url.Values, out any) error {
	return store.GetJSON(ctx, c.to, store.Request{Subject: subject, Path: path, Query: q, MaxBytes: maxAnswer}, out)
}

// formatTime formats a time as the API takes it, in seconds.
func formatTime(t time.Time) string {
	return strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', 3, 64)
}

// add adds a series, sorted by time and without values that are not finite.
func (m *Matrix) add(labels map[string]string, values []sample) {
	s := series{}
	for name, value := range labels {
		s.Labels = append(s.Labels, store.Label{Name: name, Value: value})
	}
	slices.SortFunc(s.Labels, func(a, b store.Label) int { return strings.Compare(a.Name, b.Name) })
	for _, v := range values {
		if n := len(s.Points); v.ok && (n == 0 || v.Time.After(s.Points[n-1].Time)) {
			s.Points = append(s.Points, v.Value)
		}
	}
	if len(s.Points) > 0 {
		m.Series = append(m.Series, s)
	}
}
