package source

import (
	"context"
	"errors"
	"time"
)

// poller polls endpoints one at a time, each at its own interval.
type poller struct {
	endpoints []*endpoint
	budget    float64              // share of one core of the target
	await     func() (came func()) // called before each request; came after the response
	report    func()               // called after each poll
	failed    func(e *endpoint)
	recovered func(e *endpoint)
}

// run polls until ctx ends or the target is away. The error says which.
func (p *poller) run(ctx context.Context) error {
	for {
		e := p.due()
		if e == nil {
			<-ctx.Done()
			return context.Cause(ctx)
		}
		if err := sleep(ctx, time.Until(e.next)); err != nil {
			return err
		}
		if err := p.ask(ctx, e); err != nil {
			return err
		}
		p.report()
	}
}

// due returns the endpoint to poll next, nil if there is none.
func (p *poller) due() *endpoint {
	var first *endpoint
	for _, e := range p.endpoints {
		if !e.off && (first == nil || e.next.Before(first.next)) {
			first = e
		}
	}
	return first
}

// ask polls e and schedules its next poll. It returns an error only if the watch of
// this process is over: ctx has ended or the target is away.
func (p *poller) ask(ctx context.Context, e *endpoint) error {
	began, came := time.Now(), p.await()
	work, err := e.poll(ctx)
	came()
	now := time.Now()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, errAnother):
		return err
	case err != nil:
		return p.fail(ctx, e, err, now.Sub(began))
	}
	recovered := e.err != nil
	first := e.last.IsZero()
	e.succeeded(began, now, work)
	p.schedule(e, began, now, first)
	if recovered {
		p.recovered(e)
	}
	return nil
}

// probe returns the endpoint whose failure means that the target is away: the index
// page, or else the first endpoint that is polled.
func (p *poller) probe() *endpoint {
	for _, e := range p.endpoints {
		if !e.off {
			return e
		}
	}
	return p.endpoints[0]
}

// schedule sets the time of the next poll after a successful one. It also moves the
// polls of other endpoints, because their shares of the budget may have changed.
func (p *poller) schedule(e *endpoint, began, now time.Time, first bool) {
	e.wait = e.waitWith(p.share(e))
	e.next = began.Add(e.wait)
	defer p.reschedule(e)
	if first && e.kind != Index {
		// Endpoints start together so that the screen fills at once. Spread the
		// later polls.
		e.next = began.Add(e.wait + p.offset(e))
	}
	// On a slow network, use at most two thirds of the time.
	e.next = later(e.next, now.Add(e.took/2))
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// reschedule moves the next polls of all endpoints except one to match their shares
// of the budget.
func (p *poller) reschedule(but *endpoint) {
	for _, e := range p.endpoints {
		if e == but || e.off || len(e.works) == 0 {
			continue
		}
		wait := e.waitWith(p.share(e))
		e.next = later(e.next.Add(wait-e.wait), e.last.Add(e.took/2))
		e.wait = wait
	}
}

// share returns the part of the budget that e may use: its own and what the others do
// not need. It is at least a tenth of the budget, so that one slow response of a cheap
// endpoint does not delay its next poll.
func (p *poller) share(e *endpoint) float64 {
	uses := make([]float64, 0, len(p.endpoints))
	at := 0
	for i, other := range p.endpoints {
		if other == e {
			at = i
		}
		uses = append(uses, other.use())
	}
	parts := allow(p.budget, uses)
	spare := p.budget
	for _, part := range parts {
		spare -= part
	}
	return max(parts[at]+spare, p.budget/10)
}

// offset spreads the endpoints over the minimum interval of e.
func (p *poller) offset(e *endpoint) time.Duration {
	for i, other := range p.endpoints {
		if other == e {
			return e.least * time.Duration(i) / time.Duration(len(p.endpoints)) / 2
		}
	}
	return 0
}

// fail records a failed poll. A failure of the probe means that the target is away.
// After a failure of another endpoint that may mean the same, it polls the probe at
// once, so that an outage is reported once instead of once per endpoint.
func (p *poller) fail(ctx context.Context, e *endpoint, err error, took time.Duration) error {
	probe := p.probe()
	if e == probe {
		return err
	}
	first := e.err == nil
	if first {
		e.failedSince = time.Now()
	}
	e.err = err
	e.fails++
	e.works, e.asked, e.took = nil, nil, took
	e.wait = penalty(e.fails, err, took, p.share(e))
	e.next = time.Now().Add(e.wait)
	if e.off = hasCause(err, CauseMissing, CauseIndex, CauseRedirect, CauseMemory); e.off {
		e.wait, e.next = 0, time.Time{}
	}
	if problem, ok := errors.AsType[*Problem](err); ok && problem.Cause.away() {
		if err := p.ask(ctx, probe); err != nil {
			return err
		}
	}
	if first {
		p.failed(e)
	}
	return nil
}

// sleep waits for d. It fails only if ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return context.Cause(ctx)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
