package source

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// memoryLook returns an endpoint that finds out, after the first profiles, which places
// have memory figures. It replaces itself with their endpoints.
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

// unders returns the path prefixes to try for /debug/vars and /metrics.
func unders(root string) []string {
	prefix, found := strings.CutSuffix(root, "/debug/pprof/")
	if !found || prefix == "" {
		return []string{""}
	}
	return []string{prefix, ""}
}

// found is a place with its first response.
type found struct {
	place place
	look
	err error // of the last place tried, if none has memory figures
}

// first tries the place at each prefix until one has memory figures.
func (w *watch) first(ctx context.Context, root string, at func(under string) place) found {
	var f found
	for _, under := range unders(root) {
		f = found{place: at(under)}
		if f.err = take(ctx, w.h.turn); f.err != nil {
			return f
		}
		f.look, f.err = w.h.look(ctx, f.place)
		<-w.h.turn
		if f.err == nil {
			w.learn(f.rep)
			return f
		}
	}
	return f
}

// places chooses the cheapest places that together have MemStats and RSS.
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
		all = append(all, w.goOn(metrics, interval))
	case hasVars && hasRSS:
		all = append(all, w.goOn(vars, interval), w.goOn(metrics, max(restWait, interval)))
	case hasVars:
		all = append(all, w.goOn(vars, interval))
	case hasRSS:
		all = append(all, w.goOn(metrics, interval))
	}
	if !hasRSS || !hasStats && !hasVars {
		all = append(all, w.memoryPoll(heapTextAt(svc.root), max(heapTextSoon, interval), hasVars || hasStats))
	}
	return all, nil
}

// goOn returns the endpoint of a place. The first response counts as its first poll.
func (w *watch) goOn(f found, least time.Duration) *endpoint {
	e := w.memoryPoll(f.place, least, true)
	at := f.rep.Reading.Time
	e.last, e.works, e.asked = at, []time.Duration{f.work}, []time.Time{at}
	w.reading(f.rep.Reading)
	return e
}

// memoryPoll returns the endpoint of a place. stats is passed to affordable.
func (w *watch) memoryPoll(p place, least time.Duration, stats bool) *endpoint {
	e := &endpoint{kind: Memory, from: p.from(), least: least, next: time.Now(), late: w.h.late}
	if p.most != nil {
		e.explained = func() time.Duration { return p.most(w.h.service().counts[profile.Heap]) }
	}
	began := time.Now()
	e.poll = func(ctx context.Context) (time.Duration, error) {
		if err := w.affordable(p, stats); err != nil {
			return 0, err
		}
		if err := take(ctx, w.h.turn); err != nil {
			return 0, err
		}
		defer func() { <-w.h.turn }()
		l, err := w.h.look(ctx, p)
		if err != nil {
			return 0, w.why(err)
		}
		if p.query != "" {
			e.least = w.textWait(l.size, time.Since(began))
		}
		w.learn(l.rep)
		w.reading(l.rep.Reading)
		return l.work, nil
	}
	return e
}

// affordable returns an error for heap?debug=1 if that would be large. stats means that
// another place has MemStats, so that only RSS is missing.
func (w *watch) affordable(p place, stats bool) error {
	if p.query == "" {
		return nil
	}
	n, known := w.h.service().counts[profile.Heap]
	if known && n <= maxBuckets {
		return nil
	}
	e := &Problem{
		Cause: CauseMissing, What: "get memory figures from " + w.h.client.name(),
		Why:  fmt.Sprintf("heap?debug=1 has them, but with %d allocation sites that would cost the service too much", n),
		Next: `import _ "expvar" to serve /debug/vars, or serve /metrics with client_golang`,
	}
	if !known {
		e.Why = "heap?debug=1 has them, but without an index page its cost is unknown"
	}
	if stats {
		e.What = "get RSS from " + w.h.client.name()
		e.Next = "without RSS leaktop cannot see memory outside of Go; /metrics of client_golang has it"
	}
	return e
}

// learn sends the facts in a report.
func (w *watch) learn(rep memory.Report) {
	f := profile.Facts{GoVersion: clean(rep.GoVersion, 40)}
	if _, known := w.h.link.(Process); !known { // the link knows the start; two different times would look like a restart
		f.Start = rep.Start
	}
	if w.cmdline == "" {
		f.Cmdline = rep.Cmdline
	}
	if f != (profile.Facts{}) {
		w.send(Facts{f})
	}
	if !rep.Start.IsZero() {
		w.reveal(rep.Start)
	}
	if f.GoVersion != "" {
		w.goVersion = true
	}
}
