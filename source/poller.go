package source

import (
	"context"
	"errors"
	"time"
)

// poller polls endpoints one at a time, each at its own interval.
type poller struct {
	endpoints  []*pollState
	budget     float64              // share of one core of the target
	startAwait func() (came func()) // called before each request; came after the response
	onPoll     func()               // called after each poll
	onFailure  func(e *pollState)
	onRecovery func(e *pollState)
}

// pollUntilAway polls until ctx ends or the target is away. The error says which.
func (p *poller) pollUntilAway(ctx context.Context) error {
	for {
		e := p.nextDue()
		if e == nil {
			<-ctx.Done()
			return context.Cause(ctx)
		}
		if err := sleepFor(ctx, time.Until(e.next)); err != nil {
			return err
		}
		if err := p.pollOnce(ctx, e); err != nil {
			return err
		}
		p.onPoll()
	}
}

// nextDue returns the endpoint to poll next, nil if there is none.
func (p *poller) nextDue() *pollState {
	var first *pollState
	for _, e := range p.endpoints {
		if !e.disabled && (first == nil || e.next.Before(first.next)) {
			first = e
		}
	}
	return first
}

// pollOnce polls e and schedules its next poll. It returns an error only if the watch of
// this process is over: ctx has ended or the target is away.
func (p *poller) pollOnce(ctx context.Context, e *pollState) error {
	began, came := time.Now(), p.startAwait()
	work, err := e.poll(ctx)
	came()
	now := time.Now()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, errOtherProcess):
		return err
	case err != nil:
		return p.recordFailure(ctx, e, err, now.Sub(began))
	}
	recovered := e.err != nil
	first := e.last.IsZero()
	e.recordSuccess(began, now, work)
	p.scheduleAfter(e, began, now, first)
	if recovered {
		p.onRecovery(e)
	}
	return nil
}

// probeEndpoint returns the endpoint whose failure means that the target is away: the index
// page, or else the first endpoint that is polled.
func (p *poller) probeEndpoint() *pollState {
	for _, e := range p.endpoints {
		if !e.disabled {
			return e
		}
	}
	return p.endpoints[0]
}

// scheduleAfter sets the time of the next poll after a successful one. It also moves the
// polls of other endpoints, because their shares of the budget may have changed.
func (p *poller) scheduleAfter(e *pollState, began, now time.Time, first bool) {
	e.wait = e.nextWait(p.shareOf(e))
	e.next = began.Add(e.wait)
	defer p.rescheduleOthers(e)
	if first && e.kind != Index {
		// Endpoints start together so that the screen fills at once. Spread the
		// later polls.
		e.next = began.Add(e.wait + p.startOffset(e))
	}
	// On a slow network, use at most two thirds of the time.
	e.next = laterOf(e.next, now.Add(e.duration/2))
}

func laterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// rescheduleOthers moves the next polls of all endpoints except one to match their shares
// of the budget.
func (p *poller) rescheduleOthers(but *pollState) {
	for _, e := range p.endpoints {
		if e == but || e.disabled || len(e.recentWork) == 0 {
			continue
		}
		wait := e.nextWait(p.shareOf(e))
		e.next = laterOf(e.next.Add(wait-e.wait), e.last.Add(e.duration/2))
		e.wait = wait
	}
}

// shareOf returns the part of the budget that e may use: its own and what the others do
// not need. It is at least a tenth of the budget, so that one slow response of a cheap
// endpoint does not delay its next poll.
func (p *poller) shareOf(e *pollState) float64 {
	uses := make([]float64, 0, len(p.endpoints))
	at := 0
	for i, other := range p.endpoints {
		if other == e {
			at = i
		}
		uses = append(uses, other.wantedShare())
	}
	parts := shareBudget(p.budget, uses)
	spare := p.budget
	for _, part := range parts {
		spare -= part
	}
	return max(parts[at]+spare, p.budget/10)
}

// startOffset spreads the endpoints over the minimum interval of e.
func (p *poller) startOffset(e *pollState) time.Duration {
	for i, other := range p.endpoints {
		if other == e {
			return e.minWait * time.Duration(i) / time.Duration(len(p.endpoints)) / 2
		}
	}
	return 0
}

// recordFailure records a failed poll. A failure of the probe means that the target is away.
// After a failure of another endpoint that may mean the same, it polls the probe at
// once, so that an outage is reported once instead of once per endpoint.
func (p *poller) recordFailure(ctx context.Context, e *pollState, err error, took time.Duration) error {
	probe := p.probeEndpoint()
	if e == probe {
		return err
	}
	first := e.err == nil
	if first {
		e.failedSince = time.Now()
	}
	e.err = err
	e.fails++
	e.recentWork, e.recentStarts, e.duration = nil, nil, took
	e.wait = failureWait(e.fails, err, took, p.shareOf(e))
	e.next = time.Now().Add(e.wait)
	if e.disabled = hasCause(err, CauseMissing, CauseIndex, CauseRedirect, CauseMemory); e.disabled {
		e.wait, e.next = 0, time.Time{}
	}
	if problem, ok := errors.AsType[*Problem](err); ok && problem.Cause.meansAway() {
		if err := p.pollOnce(ctx, probe); err != nil {
			return err
		}
	}
	if first {
		p.onFailure(e)
	}
	return nil
}

// sleepFor waits for d. It fails only if ctx ends.
func sleepFor(ctx context.Context, d time.Duration) error {
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
