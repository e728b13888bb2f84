package source

import (
	"context"
	"io"
	"slices"
	"time"

	"github.com/leaktop/leaktop/source/poll"

	"github.com/leaktop/leaktop/source/problem"

	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/profile/plain"
)

// memoryPlace is an endpoint with figures of the target's memory.
type memoryPlace struct {
	name    string // as in Reading.From
	path    string // from the root of the server
	query   string
	parse   func(io.Reader) (memory.Report, error)
	maxWork func(sites int) time.Duration // maximum cost; nil if unknown
}

func varsPlace(under string) memoryPlace {
	return memoryPlace{name: memory.SourceVars, path: under + "/debug/vars", parse: memory.ParseVars, maxWork: func(int) time.Duration { return poll.AnswerWork }}
}

func metricsPlace(under string) memoryPlace {
	return memoryPlace{name: memory.SourceMetrics, path: under + "/metrics", parse: memory.ParseMetrics}
}

func heapTextPlace(root string) memoryPlace {
	return memoryPlace{
		name: memory.SourceHeapText, path: root + "heap", query: "debug=1", parse: memory.ParseHeapText,
		maxWork: func(sites int) time.Duration { return poll.MaxAnswerWork(sites, poll.TextEntryWork) },
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
	heapTextCheap = 20 * time.Millisecond
	// Afterwards it is read so rarely that its bytes are a tenth of the profiles', but
	// often enough that the figures on screen stay valid, see staleAfter.
	heapTextShare = 0.1
	heapTextRare  = 2 * time.Minute
	slowPlaceWait = 10 * time.Second
	// cheapMetrics is the maximum work for which /metrics is read at each interval.
	cheapMetrics = 5 * time.Millisecond
)

// placePatience is the timeout of a place, short so that one that hangs does not
// delay the profiles.
const placePatience = 3 * time.Second

// pathAndQuery returns the path and query, which is also its account in [poll.Costs].
func (p memoryPlace) pathAndQuery() string {
	if p.query == "" {
		return p.path
	}
	return p.path + "?" + p.query
}

// placeAnswer has the figures of one place, and what they cost.
type placeAnswer struct {
	rep  memory.Report
	work time.Duration
	size int64 // bytes
}

// getReading gets the figures of one place.
func (h *HTTP) getReading(ctx context.Context, p memoryPlace) (placeAnswer, error) {
	var l placeAnswer
	q := request{subject: p.name, path: p.path, query: p.query, acceptGzip: true, patience: placePatience}
	r, err := h.client.fetch(ctx, q, func(content io.Reader, _ response) error {
		var err error
		if l.rep, err = p.parse(content); err != nil {
			return &problem.Problem{Cause: problem.CauseContent, Subject: h.client.describe(q), Why: plain.Clip(err.Error(), 120), Err: err}
		}
		return nil
	})
	if err != nil {
		return l, err
	}
	l.rep.Reading.Time, l.rep.Reading.Source = r.FirstByte, p.name
	l.work, l.size = h.bookCost(p.pathAndQuery(), r), r.Size
	return l, nil
}

// soonestWork estimates the work of the latest responses by the fastest one: on a busy
// machine the others are late, and delay is not work. A first response says nothing yet.
func soonestWork(before []time.Duration, now time.Duration) time.Duration {
	if len(before) == 0 {
		return 0
	}
	return min(now, slices.Min(before))
}

// textWait is the minimum time to the next poll of the heap profile as text, after one
// of that many bytes and that much work, when it has been polled for that long: often at
// first, so that memory outside of Go is judged as early as the rest, where that is cheap.
func (w *watch) textWait(size int64, work, polled time.Duration) time.Duration {
	if polled < heapTextEarly && work <= heapTextCheap {
		return max(heapTextSoon, w.h.opts.Interval)
	}
	usual := max(heapTextWait, w.h.opts.Interval)
	rate := 0.0 // bytes a second of the profiles
	for _, e := range w.poller.Endpoints {
		if e.Kind.Info().Polled && !e.Disabled && e.Wait > 0 {
			rate += float64(e.Size) / e.Wait.Seconds()
		}
	}
	if rate == 0 {
		return max(usual, heapTextRare)
	}
	seconds := float64(size) / (heapTextShare * rate)
	return max(usual, time.Duration(min(seconds, heapTextRare.Seconds())*float64(time.Second)))
}
