package source

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// watch is one run of Watch: everything that only its goroutine touches.
type watch struct {
	h         *HTTP
	send      func(Message)
	poller    poller
	id        string // of the process, where the link knows it
	cmdline   string // as pprof serves it
	goVersion bool   // it was looked for in this process
	readings  readings
	lost      time.Time // since when the target is away; zero if it is not
	fails     int       // to find the target, in a row
	total     int       // goroutines, from the index page
}

// Watch polls until ctx ends. A target that does not answer is a Status.
func (h *HTTP) Watch(ctx context.Context, send func(Message)) error {
	var one sync.Mutex
	w := &watch{h: h, send: func(m Message) {
		one.Lock()
		defer one.Unlock()
		if ctx.Err() == nil {
			send(m)
		}
	}}
	var beside sync.WaitGroup
	defer beside.Wait()
	if p, ok := h.link.(Process); ok {
		beside.Go(func() { p.Follow(ctx, w.aside) })
	}
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
			continue // what it serves may be different
		}
		w.away(err)
		if sleep(ctx, time.Until(w.poller.probe().next)) != nil {
			break
		}
	}
	return nil
}

// once finds the target and polls it until it is away, and returns why.
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

// back says that the target answers, after it did not.
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

// begin sets up the endpoints of a process that was just found.
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

// reveal passes on to the link what the process says of itself.
func (w *watch) reveal(start time.Time) {
	if l, ok := w.h.link.(Learner); ok && (w.cmdline != "" || !start.IsZero()) {
		l.Learn(w.cmdline, start)
	}
}

// away keeps what the polls said and shows that the target does not answer.
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
		kind = profile.EventNote // the service is as it is
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

// report sends how the polling goes.
func (w *watch) report() { w.send(w.status()) }

// status is how the polling goes.
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

// aside takes what the link tells of the process, beside the polls.
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

// reading sends a look at the memory, completed by what other places said.
func (w *watch) reading(r memory.Reading) { w.send(Reading{w.readings.complete(r)}) }
