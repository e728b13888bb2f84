package source

import (
	"context"
	"io"
	"time"

	"github.com/leaktop/leaktop/profile/memory"
)

// place is an endpoint with figures of the target's memory.
type place struct {
	name  string // as in Reading.From
	path  string // from the root of the server
	query string
	parse func(io.Reader) (memory.Report, error)
	most  func(sites int) time.Duration // maximum cost; nil if unknown
}

func varsAt(under string) place {
	return place{name: "/debug/vars", path: under + "/debug/vars", parse: memory.ParseVars, most: func(int) time.Duration { return answerWork }}
}

func metricsAt(under string) place {
	return place{name: "/metrics", path: under + "/metrics", parse: memory.ParseMetrics}
}

func heapTextAt(root string) place {
	return place{
		name: "heap?debug=1", path: root + "heap", query: "debug=1", parse: memory.ParseHeapText,
		most: func(sites int) time.Duration { return explained(sites, textEntryWork) },
	}
}

// A heap profile as text costs about 40 µs and 2 KB per bucket (measured with
// go1.26: 0.9 s and 48 MB at 22,700 buckets). So it is read rarely, and only while
// there are few buckets: 2,000 of them cost 80 ms, and the budget decides how often.
const (
	maxBuckets   = 2000
	heapTextWait = 30 * time.Second
	// In the first minutes it is read more often, to judge memory outside of Go as early
	// as the rest.
	heapTextSoon  = 6 * time.Second
	heapTextEarly = 3 * time.Minute
	restWait      = 10 * time.Second
	// cheapMetrics is the maximum work for which /metrics is read at each interval.
	cheapMetrics = 5 * time.Millisecond
)

// lookPatience is the timeout of a place, short so that one that hangs does not
// delay the profiles.
const lookPatience = 3 * time.Second

// from returns the path and query, which is also the account in the ledger.
func (p place) from() string {
	if p.query == "" {
		return p.path
	}
	return p.path + "?" + p.query
}

// look gets the figures of one place, and what that cost the target.
func (h *HTTP) look(ctx context.Context, p place) (memory.Report, time.Duration, error) {
	var rep memory.Report
	q := request{what: p.name, path: p.path, query: p.query, pack: true, most: lookPatience}
	r, err := h.client.get(ctx, q, func(body io.Reader, _ reply) error {
		var err error
		if rep, err = p.parse(body); err != nil {
			return &Problem{Cause: CauseContent, What: h.client.what(q), Why: clean(err.Error(), 120), Err: err}
		}
		return nil
	})
	if err != nil {
		return rep, 0, err
	}
	rep.Reading.Time, rep.Reading.From = r.first, p.name
	return rep, h.charge(p.from(), r), nil
}
