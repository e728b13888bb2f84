package source

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// watch is the state of one call of Watch, used by its goroutine only.
type watch struct {
	h         *HTTP
	send      func(Message)
	poller    poller
	id        string // identity of the process, if the link knows it
	cmdline   string // from pprof
	goVersion bool   // the Go version of this process is known or cannot be known
	readings  readings
	lost      time.Time // start of the outage, zero if there is none
	fails     int       // failed attempts in a row to find the target
	total     int       // number of goroutines on the index page
}

// Watch polls until ctx ends. It reports a target that does not respond in a Status.
func (h *HTTP) Watch(ctx context.Context, send func(Message)) error {
	var one sync.Mutex
	w := &watch{h: h, send: func(m Message) {
		one.Lock()
		defer one.Unlock()
		if ctx.Err() == nil {
			send(m)
		}
	}}
	var following sync.WaitGroup
	defer following.Wait()
	if p, ok := h.link.(Process); ok {
		following.Go(func() { p.Follow(ctx, w.aside) })
	}
	following.Go(func() { w.followLocal(ctx) })
	facts := profile.Facts{Name: h.Name()}
	if h.opts.Limit > 0 {
		facts.Limit, facts.LimitFrom = h.opts.Limit, "--limit"
	}
	w.send(Facts{facts})
	w.poller = poller{budget: h.opts.Cost, await: w.await, report: w.report, failed: w.failed, recovered: w.recovered}
	for ctx.Err() == nil {
		err := w.once(ctx)
		if ctx.Err() != nil {
			break
		}
		if errors.Is(err, errAnother) {
			continue // the new process may serve other endpoints
		}
		w.away(err)
		if sleep(ctx, time.Until(w.poller.probe().next)) != nil {
			break
		}
	}
	return nil
}

// once finds the target and polls it. It returns the error that ended the polling.
func (w *watch) once(ctx context.Context) error {
	h := w.h
	if err := take(ctx, h.turn); err != nil {
		return err
	}
	came := w.await()
	svc, err := h.client.discover(ctx, h.trip)
	came()
	<-h.turn
	if err != nil {
		return err
	}
	h.found(svc)
	w.back(svc)
	w.begin(svc)
	w.report()
	return w.poller.run(ctx)
}

// back ends an outage.
func (w *watch) back(svc service) {
	w.total = svc.counts[profile.Goroutine]
	w.fails = 0
	if w.lost.IsZero() {
		return
	}
	now := time.Now()
	w.send(Event{profile.Event{
		Time: now, Kind: profile.EventRecovered, Since: w.lost,
		Text: "the target answers again, after " + now.Sub(w.lost).Round(100*time.Millisecond).String(),
	}})
	w.lost = time.Time{}
}

// begin sets up the endpoints of a process that has just been found.
func (w *watch) begin(svc service) {
	w.cmdline = svc.cmdline
	if svc.cmdline != "" {
		w.send(Facts{profile.Facts{Cmdline: svc.cmdline}})
	}
	w.reveal(time.Time{})
	w.goVersion = false
	w.readings.begin(time.Now())
	w.poller.endpoints = w.endpoints(svc)
}

// reveal passes the command line and the start time of the process to the link.
func (w *watch) reveal(start time.Time) {
	if l, ok := w.h.link.(Learner); ok && (w.cmdline != "" || !start.IsZero()) {
		l.Learn(w.cmdline, start)
	}
}

// away records a failure to reach the target and schedules the next attempt. The
// results of earlier polls stay.
func (w *watch) away(err error) {
	now := time.Now()
	if len(w.poller.endpoints) == 0 {
		w.poller.endpoints = []*endpoint{{kind: Index, from: w.h.service().root, least: w.h.opts.Interval}}
	}
	w.fails++
	probe := w.poller.probe()
	probe.err, probe.fails = err, w.fails
	probe.wait = lookAgain(w.fails, err)
	for _, e := range w.poller.endpoints {
		e.next = now.Add(probe.wait)
	}
	if w.lost.IsZero() {
		w.lost = now
		w.event(profile.EventFailed, err.Error())
	}
	w.report()
}

func (w *watch) failed(e *endpoint) {
	kind, text := profile.EventFailed, e.err.Error()
	if e.off {
		text = "not watched: " + text
	}
	if e.off && e.kind == Memory {
		kind = profile.EventNote // not a failure: the service serves no memory figures
	}
	w.send(Event{profile.Event{Time: time.Now(), Kind: kind, Text: text, Endpoint: e.kind}})
}

func (w *watch) recovered(e *endpoint) {
	w.send(Event{profile.Event{
		Time: time.Now(), Kind: profile.EventRecovered, Text: string(e.kind) + " is served again",
		Endpoint: e.kind, Since: e.failedSince,
	}})
}

func (w *watch) event(kind profile.EventKind, text string) {
	w.send(Event{profile.Event{Time: time.Now(), Kind: kind, Text: text}})
}

// report sends the status.
func (w *watch) report() { w.send(w.status()) }

// status returns the current status.
func (w *watch) status() Status {
	s := Status{Time: time.Now(), Goroutines: w.total}
	known := map[string]account{}
	for _, e := range w.poller.endpoints {
		s.Endpoints = append(s.Endpoints, e.row())
		known[e.from] = account{wait: e.wait, most: e.most()}
	}
	s.Cost = w.h.cost(s.Time, known)
	if l, ok := w.h.link.(LocalPort); ok {
		s.Local = l.Local()
	}
	if d, ok := w.h.link.(Diagnoser); ok {
		s.Diagnostics = d.Diagnostics()
	}
	return s
}

// aside handles a message from the link. It runs concurrently with the polls.
func (w *watch) aside(m Message) {
	switch m := m.(type) {
	case Reading:
		now := time.Now()
		if m.Unknown {
			w.readings.forget()
			w.send(m)
			return
		}
		if m.WorkingSetAt.After(now) {
			m.WorkingSetAt = now
		}
		if out, ok := w.readings.keep(m.Reading, now); ok {
			w.send(Reading{out})
		}
		return
	case Event:
		if m.Kind == profile.EventRestart {
			w.readings.forget()
		}
	}
	w.send(m)
}

// reading sends a memory reading, completed from other places.
func (w *watch) reading(r memory.Reading) { w.send(Reading{w.readings.complete(r)}) }
