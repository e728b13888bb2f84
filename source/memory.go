package source

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// place is somewhere that tells of the target's memory.
type place struct {
	name  string // as a Reading has it in From
	path  string // from the root of the server
	query string
	parse func(io.Reader) (memory.Report, error)
}

func varsAt(under string) place {
	return place{name: "/debug/vars", path: under + "/debug/vars", parse: memory.ParseVars}
}

func metricsAt(under string) place {
	return place{name: "/metrics", path: under + "/metrics", parse: memory.ParseMetrics}
}

func heapTextAt(root string) place {
	return place{name: "heap?debug=1", path: root + "heap", query: "debug=1", parse: memory.ParseHeapText}
}

// A heap profile as text costs about 40 µs and 2 KB a bucket (measured, go1.26:
// 0.9 s and 48 MB at 22,700), so it is read rarely and only while buckets are
// few: 2,000 of them cost 80 ms every 30 s.
const (
	maxBuckets   = 2000
	heapTextWait = 30 * time.Second
	restWait     = 10 * time.Second
	// cheapMetrics is the work up to which /metrics is read at each interval.
	cheapMetrics = 5 * time.Millisecond
)

// from is the path and query, also the account in the ledger.
func (p place) from() string {
	if p.query == "" {
		return p.path
	}
	return p.path + "?" + p.query
}

// look asks one place.
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

// memoryLook is the endpoint that looks, once the first profiles are there,
// which places the target has, and makes way for their endpoints.
func (w *watch) memoryLook(svc service) *endpoint {
	e := &endpoint{kind: Memory, from: "memory", least: w.h.opts.Interval, next: time.Now().Add(time.Millisecond)}
	e.poll = func(ctx context.Context) (time.Duration, error) {
		chosen, err := w.places(ctx, svc)
		if err == nil {
			all := w.poller.endpoints
			w.poller.endpoints = append(all[:len(all)-1:len(all)-1], chosen...)
		}
		return 0, err
	}
	return e
}

// unders lists the prefixes under which /debug/vars and /metrics may be.
func unders(root string) []string {
	prefix, found := strings.CutSuffix(root, "/debug/pprof/")
	if !found || prefix == "" {
		return []string{""}
	}
	return []string{prefix, ""}
}

// found is a place with what it said first.
type found struct {
	place place
	rep   memory.Report
	work  time.Duration
	err   error // of the last that was tried
}

// lookPatience keeps a place that hangs from holding up the profiles.
const lookPatience = 3 * time.Second

// first asks the places made by at until one answers with memory figures.
func (w *watch) first(ctx context.Context, root string, at func(under string) place) found {
	var f found
	for _, under := range unders(root) {
		f = found{place: at(under)}
		if f.err = take(ctx, w.h.turn); f.err != nil {
			return f
		}
		f.rep, f.work, f.err = w.h.look(ctx, f.place)
		<-w.h.turn
		if f.err == nil {
			w.learn(f.rep)
			return f
		}
	}
	return f
}

// places chooses the cheapest places that together tell MemStats and RSS.
func (w *watch) places(ctx context.Context, svc service) ([]*endpoint, error) {
	vars := w.first(ctx, svc.root, varsAt)
	metrics := w.first(ctx, svc.root, metricsAt)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	interval := w.h.opts.Interval
	hasVars, hasStats, hasRSS := vars.err == nil, metrics.rep.Reading.Sys > 0, metrics.rep.Reading.RSS > 0
	var all []*endpoint
	switch {
	case hasStats && (!hasVars || hasRSS && metrics.work <= cheapMetrics):
		all = append(all, w.memoryPoll(metrics.place, interval, true))
	case hasVars && hasRSS:
		all = append(all, w.memoryPoll(vars.place, interval, true), w.memoryPoll(metrics.place, max(restWait, interval), true))
	case hasVars:
		all = append(all, w.memoryPoll(vars.place, interval, true))
	case hasRSS:
		all = append(all, w.memoryPoll(metrics.place, interval, true))
	}
	if !hasRSS || !hasStats && !hasVars {
		all = append(all, w.memoryPoll(heapTextAt(svc.root), max(heapTextWait, interval), hasVars || hasStats))
	}
	return all, nil
}

// memoryPoll reads one place; stats is for affordable.
func (w *watch) memoryPoll(p place, least time.Duration, stats bool) *endpoint {
	e := &endpoint{kind: Memory, from: p.from(), least: least, next: time.Now()}
	e.poll = func(ctx context.Context) (time.Duration, error) {
		if err := w.affordable(p, stats); err != nil {
			return 0, err
		}
		if err := take(ctx, w.h.turn); err != nil {
			return 0, err
		}
		defer func() { <-w.h.turn }()
		rep, work, err := w.h.look(ctx, p)
		if err != nil {
			return 0, err
		}
		w.learn(rep)
		w.reading(rep.Reading)
		return work, nil
	}
	return e
}

// affordable refuses the heap profile as text where it would be large. stats
// says whether MemStats come from elsewhere, so that only RSS is missing.
func (w *watch) affordable(p place, stats bool) error {
	if p.query == "" {
		return nil
	}
	n, known := w.h.service().counts[profile.Heap]
	if known && n <= maxBuckets {
		return nil
	}
	e := &Problem{
		Cause: CauseMissing, What: "get memory figures from " + w.h.client.name,
		Why:  fmt.Sprintf("heap?debug=1 has them, but with %d allocation sites that would cost the service too much", n),
		Next: `import _ "expvar" to serve /debug/vars, or serve /metrics with client_golang`,
	}
	if !known {
		e.Why = "heap?debug=1 has them, but without an index page its cost cannot be told"
	}
	if stats {
		e.What = "get RSS from " + w.h.client.name
		e.Next = "without it memory outside of Go is not seen; /metrics of client_golang has it"
	}
	return e
}

// learn sends the facts that came with a reading.
func (w *watch) learn(rep memory.Report) {
	f := profile.Facts{GoVersion: clean(rep.GoVersion, 40), Start: rep.Start}
	if f != (profile.Facts{}) {
		w.send(f)
	}
	if f.GoVersion != "" {
		w.goVersion = true
	}
}

// readings are the last ones of each place.
type readings map[string]memory.Reading

// staleAfter is how long a place may complete the readings of another.
const staleAfter = 90 * time.Second

// complete fills what the place of r does not tell with what others said of
// late, so that each reading is as complete as can be.
func (rs *readings) complete(r memory.Reading) memory.Reading {
	if *rs == nil {
		*rs = readings{}
	}
	(*rs)[r.From] = r
	out := r
	for from, other := range *rs {
		if from != r.From && r.Time.Sub(other.Time) < staleAfter {
			out = out.Or(other)
		}
	}
	return out
}
