package source

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/leaktop/leaktop/source/poll"

	"github.com/leaktop/leaktop/source/problem"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/profile/plain"
)

// findMemoryPlaces returns an endpoint that finds out, after the first profiles, which places
// have memory figures. It replaces itself with their endpoints.
func (w *watch) findMemoryPlaces(svc discovery) *poll.Endpoint {
	e := &poll.Endpoint{Kind: Memory, Path: "memory", MinWait: w.h.opts.Interval, Next: time.Now().Add(time.Millisecond)}
	e.Poll = func(ctx context.Context) (time.Duration, error) {
		chosen, err := w.choosePlaces(ctx, svc)
		if err == nil {
			all := w.poller.Endpoints
			w.poller.Endpoints = append(all[:len(all)-1:len(all)-1], chosen...)
		}
		return 0, err
	}
	return e
}

// memoryPrefixes returns the path prefixes to try for /debug/vars and /metrics.
func memoryPrefixes(root string) []string {
	prefix, found := strings.CutSuffix(root, "/debug/pprof/")
	if !found || prefix == "" {
		return []string{""}
	}
	return []string{prefix, ""}
}

// foundPlace is a place with its first response.
type foundPlace struct {
	place memoryPlace
	placeAnswer
	err error // of the last place tried, if none has memory figures
}

// firstPlace tries the place at each prefix until one has memory figures.
func (w *watch) firstPlace(ctx context.Context, root string, at func(under string) memoryPlace) foundPlace {
	var f foundPlace
	for _, under := range memoryPrefixes(root) {
		f = foundPlace{place: at(under)}
		if f.err = acquireSlot(ctx, w.h.workSlot); f.err != nil {
			return f
		}
		f.placeAnswer, f.err = w.h.getReading(ctx, f.place)
		<-w.h.workSlot
		if f.err == nil {
			w.sendFacts(f.rep)
			return f
		}
	}
	return f
}

// choosePlaces chooses the cheapest places that together have MemStats and RSS.
func (w *watch) choosePlaces(ctx context.Context, svc discovery) ([]*poll.Endpoint, error) {
	vars := w.firstPlace(ctx, svc.root, varsPlace)
	metrics := w.firstPlace(ctx, svc.root, metricsPlace)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	interval := w.h.opts.Interval
	hasVars, hasStats, hasRSS := vars.err == nil, metrics.rep.Reading.Sys > 0, metrics.rep.Reading.RSS > 0
	var all []*poll.Endpoint
	switch {
	case hasStats && (!hasVars || hasRSS && metrics.work <= cheapMetrics):
		all = append(all, w.endpointOf(metrics, interval))
	case hasVars && hasRSS:
		all = append(all, w.endpointOf(vars, interval), w.endpointOf(metrics, max(slowPlaceWait, interval)))
	case hasVars:
		all = append(all, w.endpointOf(vars, interval))
	case hasRSS:
		all = append(all, w.endpointOf(metrics, interval))
	}
	if !hasRSS || !hasStats && !hasVars {
		all = append(all, w.memoryPoll(heapTextPlace(svc.root), max(heapTextSoon, interval), hasVars || hasStats))
	}
	return all, nil
}

// endpointOf returns the endpoint of a place. The first response counts as its first poll.
func (w *watch) endpointOf(f foundPlace, minWait time.Duration) *poll.Endpoint {
	e := w.memoryPoll(f.place, minWait, true)
	at := f.rep.Reading.Time
	e.Last, e.RecentWork, e.RecentStarts = at, []time.Duration{f.work}, []time.Time{at}
	w.sendReading(f.rep.Reading)
	return e
}

// memoryPoll returns the endpoint of a place. stats is passed to checkAffordable.
func (w *watch) memoryPoll(p memoryPlace, minWait time.Duration, stats bool) *poll.Endpoint {
	e := &poll.Endpoint{Kind: Memory, Path: p.pathAndQuery(), MinWait: minWait, Next: time.Now()}
	if p.maxWork != nil {
		e.MaxAnswerWork = func() time.Duration { return p.maxWork(w.h.discovery().counts[profile.Heap]) }
	}
	began := time.Now()
	e.Poll = func(ctx context.Context) (time.Duration, error) {
		if err := w.checkAffordable(p, stats); err != nil {
			return 0, err
		}
		if err := acquireSlot(ctx, w.h.workSlot); err != nil {
			return 0, err
		}
		defer func() { <-w.h.workSlot }()
		l, err := w.h.getReading(ctx, p)
		if err != nil {
			return 0, w.failureCause(err)
		}
		if p.query != "" {
			e.MinWait = w.textWait(l.size, soonestWork(e.RecentWork, l.work), time.Since(began))
		}
		w.sendFacts(l.rep)
		w.sendReading(l.rep.Reading)
		return l.work, nil
	}
	return e
}

// checkAffordable returns an error for heap?debug=1 if that would be large. stats means that
// another place has MemStats, so that only RSS is missing.
func (w *watch) checkAffordable(p memoryPlace, stats bool) error {
	if p.query == "" {
		return nil
	}
	n, known := w.h.discovery().counts[profile.Heap]
	if known && n <= maxBuckets {
		return nil
	}
	e := &problem.Problem{
		Cause: problem.CauseMissing, Subject: "get memory figures from " + w.h.client.label(),
		Why:  fmt.Sprintf("heap?debug=1 has them, but with %d allocation sites that would cost the service too much", n),
		Next: `import _ "expvar" to serve /debug/vars, or serve /metrics with client_golang`,
	}
	if !known {
		e.Why = "heap?debug=1 has them, but without an index page its cost is unknown"
	}
	if stats {
		e.Subject = "get RSS from " + w.h.client.label()
		e.Next = "without RSS leaktop cannot see memory outside of Go; /metrics of client_golang has it"
	}
	return e
}

// sendFacts sends the facts in a report.
func (w *watch) sendFacts(rep memory.Report) {
	f := profile.Facts{GoVersion: plain.Clip(rep.GoVersion, 40)}
	if _, known := w.h.link.(ProcessLink); !known { // the link knows the start; two different times would look like a restart
		f.Start = rep.Start
	}
	if w.cmdline == "" {
		f.Cmdline = rep.Cmdline
	}
	if f != (profile.Facts{}) {
		w.send(Facts{f})
	}
	if !rep.Start.IsZero() {
		w.sendEvidence(rep.Start)
	}
	if f.GoVersion != "" {
		w.goVersion = true
	}
}
