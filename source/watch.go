package source

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/poll"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source/problem"
)

// watch is the state of one call of Watch, used by its goroutine only.
type watch struct {
	h              *HTTP
	send           func(Message)
	poller         poll.Poller
	processID      string // identity of the process, if the link knows it
	cmdline        string // from pprof
	goVersion      bool   // the Go version of this process is known or cannot be known
	readings       latestReadings
	composing      sync.Mutex    // held so that readings are sent in the order in which they are completed
	awaySince      time.Time     // start of the outage, zero if there is none
	failedAttempts int           // failed attempts in a row to find the target
	goroutines     int           // number of goroutines on the index page
	round          chan struct{} // holds a value if a round of polls has begun
}

// Watch polls until ctx ends. It reports a target that does not respond in a Status.
func (h *HTTP) Watch(ctx context.Context, send func(Message)) error {
	var one sync.Mutex
	w := &watch{h: h, round: make(chan struct{}, 1), send: func(m Message) {
		one.Lock()
		defer one.Unlock()
		if ctx.Err() == nil {
			send(m)
		}
	}}
	var following sync.WaitGroup
	defer following.Wait()
	if p, ok := h.link.(ProcessLink); ok {
		following.Go(func() { p.Follow(ctx, w.handlePushed) })
	}
	following.Go(func() { w.followLocal(ctx) })
	facts := profile.Facts{Name: h.Name()}
	if h.opts.Limit > 0 {
		facts.Limit, facts.LimitFrom = h.opts.Limit, profile.LimitFromFlag
	}
	w.send(Facts{facts})
	w.poller = poll.Poller{Budget: h.opts.Cost, StartAwait: w.reportLateAnswer, OnRound: w.beginRound, OnPoll: w.sendStatus, OnFailure: w.onFailure, OnRecovery: w.onRecovery}
	for ctx.Err() == nil {
		err := w.watchProcess(ctx)
		if ctx.Err() != nil {
			break
		}
		if errors.Is(err, poll.ErrOtherProcess) {
			continue // the new process may serve other endpoints
		}
		w.reportAway(err)
		if poll.SleepFor(ctx, time.Until(w.poller.ProbeEndpoint().Next)) != nil {
			break
		}
	}
	return nil
}

// watchProcess finds the target and polls it. It returns the error that ended the polling.
func (w *watch) watchProcess(ctx context.Context) error {
	h := w.h
	if err := acquireSlot(ctx, h.workSlot); err != nil {
		return err
	}
	came := w.reportLateAnswer()
	svc, err := h.client.discoverPprof(ctx, h.addRoundTrip)
	came()
	<-h.workSlot
	if err != nil {
		return err
	}
	h.setDiscovery(svc)
	w.reportRecovery(svc)
	w.startProcess(svc)
	w.sendStatus()
	return w.poller.PollUntilAway(ctx)
}

// reportRecovery ends an outage.
func (w *watch) reportRecovery(svc discovery) {
	w.goroutines = svc.counts[profile.Goroutine]
	w.failedAttempts = 0
	if w.awaySince.IsZero() {
		return
	}
	now := time.Now()
	w.send(Event{profile.Event{
		Time: now, Kind: profile.EventRecovered, Since: w.awaySince,
		Text: "the target answers again, after " + now.Sub(w.awaySince).Round(100*time.Millisecond).String(),
	}})
	w.awaySince = time.Time{}
}

// startProcess sets up the endpoints of a process that has just been found.
func (w *watch) startProcess(svc discovery) {
	w.cmdline = svc.cmdline
	if svc.cmdline != "" {
		w.send(Facts{profile.Facts{Cmdline: svc.cmdline}})
	}
	w.sendEvidence(time.Time{})
	w.goVersion = false
	w.readings.reset(time.Now())
	w.poller.Endpoints = w.newEndpoints(svc)
}

// sendEvidence passes the command line and the start time of the process to the link.
func (w *watch) sendEvidence(start time.Time) {
	if l, ok := w.h.link.(Learner); ok && (w.cmdline != "" || !start.IsZero()) {
		l.Learn(w.cmdline, start)
	}
}

// reportAway records a failure to reach the target and schedules the next attempt. The
// results of earlier polls stay.
func (w *watch) reportAway(err error) {
	now := time.Now()
	if len(w.poller.Endpoints) == 0 {
		w.poller.Endpoints = []*poll.Endpoint{{Kind: Index, Path: w.h.discovery().root, MinWait: w.h.opts.Interval}}
	}
	w.failedAttempts++
	probe := w.poller.ProbeEndpoint()
	probe.Err, probe.Fails = err, w.failedAttempts
	probe.Wait = poll.ProbeWait(w.failedAttempts, err)
	for _, e := range w.poller.Endpoints {
		e.Next = now.Add(probe.Wait)
	}
	if w.awaySince.IsZero() {
		w.awaySince = now
		w.sendEvent(profile.EventFailed, problem.Describe(err))
	}
	w.sendStatus()
}

func (w *watch) onFailure(e *poll.Endpoint) {
	kind, text := profile.EventFailed, problem.Describe(e.Err)
	if e.Disabled {
		text = "not watched: " + text
	}
	if e.Disabled && e.Kind == Memory {
		kind = profile.EventNote // not a failure: the service serves no memory figures
	}
	w.send(Event{profile.Event{Time: time.Now(), Kind: kind, Text: text, Endpoint: e.Kind}})
}

func (w *watch) onRecovery(e *poll.Endpoint) {
	w.send(Event{profile.Event{
		Time: time.Now(), Kind: profile.EventRecovered, Text: string(e.Kind) + " is served again",
		Endpoint: e.Kind, Since: e.FailedSince,
	}})
}

func (w *watch) sendEvent(kind profile.EventKind, text string) {
	w.send(Event{profile.Event{Time: time.Now(), Kind: kind, Text: text}})
}

// sendStatus sends the status.
func (w *watch) sendStatus() {
	w.send(w.newStatus())
	w.composing.Lock()
	defer w.composing.Unlock()
	if r, ok := w.readings.takeUnsent(time.Now()); ok {
		w.send(Reading{r})
	}
}

// newStatus returns the current status.
func (w *watch) newStatus() Status {
	s := Status{Time: time.Now(), Goroutines: w.goroutines}
	known := map[string]poll.Account{}
	for _, e := range w.poller.Endpoints {
		s.Endpoints = append(s.Endpoints, toEndpoint(e))
		known[e.Path] = poll.Account{Wait: e.Wait, MaxWork: e.MaxWork()}
	}
	s.Cost = w.h.coreShare(s.Time, known)
	if l, ok := w.h.link.(PortLink); ok {
		s.LocalPort = l.Local()
	}
	if d, ok := w.h.link.(Diagnoser); ok {
		s.Diagnostics = d.Diagnostics()
	}
	return s
}

// toEndpoint returns the state of an endpoint for a status.
func toEndpoint(e *poll.Endpoint) Endpoint {
	row := Endpoint{Kind: e.Kind, Path: e.Path, Last: e.Last, Next: e.Next, Wait: e.Wait, Err: e.Err, Disabled: e.Disabled}
	if n := len(e.RecentWork); n > 0 {
		row.Work = e.RecentWork[n-1]
	}
	return row
}

// handlePushed handles a message from the link. It runs concurrently with the polls.
func (w *watch) handlePushed(m Message) {
	switch m := m.(type) {
	case Reading:
		now := time.Now()
		if m.Unknown {
			w.readings.dropPushed()
			w.send(m)
			return
		}
		if m.WorkingSetAt.After(now) {
			m.WorkingSetAt = now
		}
		w.composing.Lock()
		defer w.composing.Unlock()
		if out, ok := w.readings.keepPushed(m.Reading, now); ok {
			w.send(Reading{out})
		}
		return
	case Event:
		if m.Kind == profile.EventRestart {
			w.readings.dropPushed()
		}
	}
	w.send(m)
}

// sendReading sends a memory reading, completed from other places.
func (w *watch) sendReading(r memory.Reading) {
	w.composing.Lock()
	defer w.composing.Unlock()
	w.send(Reading{w.readings.completeFrom(r)})
}
