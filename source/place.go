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
	// Afterwards it is read so rarely that its bytes are a tenth of the profiles', but
	// often enough that the figures on screen stay valid, see staleAfter.
	heapTextShare = 0.1
	heapTextRare  = 2 * time.Minute
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

// look has the figures of one place, and what they cost.
type look struct {
	rep  memory.Report
	work time.Duration
	size int64 // bytes
}

// look gets the figures of one place.
func (h *HTTP) look(ctx context.Context, p place) (look, error) {
	var l look
	q := request{what: p.name, path: p.path, query: p.query, pack: true, most: lookPatience}
	r, err := h.client.get(ctx, q, func(body io.Reader, _ reply) error {
		var err error
		if l.rep, err = p.parse(body); err != nil {
			return &Problem{Cause: CauseContent, What: h.client.what(q), Why: clean(err.Error(), 120), Err: err}
		}
		return nil
	})
	if err != nil {
		return l, err
	}
	l.rep.Reading.Time, l.rep.Reading.From = r.first, p.name
	l.work, l.size = h.charge(p.from(), r), r.size
	return l, nil
}

// textWait is the minimum time to the next poll of the heap profile as text, after one
// of that many bytes, when it has been polled for that long.
func (w *watch) textWait(size int64, polled time.Duration) time.Duration {
	if polled < heapTextEarly {
		return max(heapTextSoon, w.h.opts.Interval)
	}
	usual := max(heapTextWait, w.h.opts.Interval)
	rate := 0.0 // bytes a second of the profiles
	for _, e := range w.poller.endpoints {
		if e.kind.Info().Polled && !e.off && e.wait > 0 {
			rate += float64(e.size) / e.wait.Seconds()
		}
	}
	if rate == 0 {
		return max(usual, heapTextRare)
	}
	seconds := float64(size) / (heapTextShare * rate)
	return max(usual, time.Duration(min(seconds, heapTextRare.Seconds())*float64(time.Second)))
}
