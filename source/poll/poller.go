// Package poll decides when each endpoint of a target is polled: at the interval, less
// often if that would exceed the budget, and later after failures.
package poll

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/leaktop/leaktop/source/problem"
)

// ErrOtherProcess ends the polling of a process that has been replaced.
var ErrOtherProcess = errors.New("another process answers")

// Poller polls endpoints one at a time, each at its own interval.
type Poller struct {
	Endpoints  []*Endpoint
	Budget     float64              // share of one core of the target
	StartAwait func() (came func()) // called before each request; came after the response
	OnRound    func()               // called before the polls of a round; may be nil
	OnPoll     func()               // called after them
	OnFailure  func(e *Endpoint)
	OnRecovery func(e *Endpoint)

	hasProbed bool // the probe was polled in this round
}

// PollUntilAway polls until ctx ends or the target is away. The error says which.
func (p *Poller) PollUntilAway(ctx context.Context) error {
	for {
		e := p.nextDue()
		if e == nil {
			<-ctx.Done()
			return context.Cause(ctx)
		}
		if wait := time.Until(p.startOfRound(e.Next)); wait > 0 {
			if err := SleepFor(ctx, wait); err != nil {
				return err
			}
			p.hasProbed = false
			if p.OnRound != nil {
				p.OnRound()
			}
		}
		p.hasProbed = p.hasProbed || e == p.ProbeEndpoint()
		if err := p.PollOnce(ctx, e); err != nil {
			return err
		}
		if next := p.nextDue(); next == nil || time.Until(next.Next) > gatherTime {
			p.OnPoll()
		}
	}
}

// gatherTime is how long a poll waits for others that are due soon after it, so that
// leaktop wakes, judges and draws once for all of them.
const gatherTime = 50 * time.Millisecond

// startOfRound returns when to poll the endpoints that are due at a time or soon after
// it.
func (p *Poller) startOfRound(due time.Time) time.Time {
	start := due
	for _, e := range p.Endpoints {
		if !e.Disabled && e.Next.After(start) && e.Next.Sub(due) <= gatherTime {
			start = e.Next
		}
	}
	return start
}

// nextDue returns the endpoint to poll next, nil if there is none.
func (p *Poller) nextDue() *Endpoint {
	var first *Endpoint
	now := time.Now()
	for _, e := range p.Endpoints {
		if !e.Disabled && (first == nil || e.isBefore(first, now)) {
			first = e
		}
	}
	return first
}

// isBefore reports whether e is polled before another endpoint. Of two that are due, the
// cheap one is: the expensive one would delay it beyond the round.
func (e *Endpoint) isBefore(other *Endpoint, now time.Time) bool {
	if e.isCheap() != other.isCheap() && !e.Next.After(now) && !other.Next.After(now) {
		return e.isCheap()
	}
	return e.Next.Before(other.Next)
}

// PollOnce polls e and schedules its next poll. It returns an error only if the watch of
// this process is over: ctx has ended or the target is away.
func (p *Poller) PollOnce(ctx context.Context, e *Endpoint) error {
	began, came := time.Now(), p.StartAwait()
	work, err := e.Poll(ctx)
	came()
	now := time.Now()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, ErrOtherProcess):
		return err
	case err != nil:
		return p.recordFailure(ctx, e, err, now.Sub(began))
	}
	recovered := e.Err != nil
	first := e.Last.IsZero()
	e.recordSuccess(began, now, work)
	p.scheduleAfter(e, began, now, first)
	if recovered {
		p.OnRecovery(e)
	}
	return nil
}

// ProbeEndpoint returns the endpoint whose failure means that the target is away: the index
// page, or else the first endpoint that is polled.
func (p *Poller) ProbeEndpoint() *Endpoint {
	for _, e := range p.Endpoints {
		if !e.Disabled {
			return e
		}
	}
	return p.Endpoints[0]
}

// cheapWork is the maximum work of a poll that is made together with others. Of more
// expensive ones, each is made at a time of its own, so that the target does not answer
// all of them at once; a single one joins the others: another round would cost leaktop a
// judgment and a screen.
const cheapWork = 20 * time.Millisecond

func (e *Endpoint) isCheap() bool { return medianWork(e.RecentWork) <= cheapWork }

// hasOtherExpensive reports whether another endpoint than e is expensive.
func (p *Poller) hasOtherExpensive(e *Endpoint) bool {
	return slices.ContainsFunc(p.Endpoints, func(other *Endpoint) bool { return other != e && !other.Disabled && !other.isCheap() })
}

// scheduleAfter sets the time of the next poll after a successful one. It also moves the
// polls of other endpoints, because their shares of the budget may have changed.
func (p *Poller) scheduleAfter(e *Endpoint, began, now time.Time, first bool) {
	e.Wait = e.nextWait(p.shareOf(e))
	e.Next = began.Add(e.Wait)
	defer p.rescheduleOthers(e)
	switch {
	case e.isCheap(), e.Wait <= e.MinWait && !p.hasOtherExpensive(e):
		e.Next = p.joinRound(e)
	case first && e != p.ProbeEndpoint():
		// Endpoints start together so that the screen fills at once. Spread the
		// later polls of those that take the target a while.
		e.Next = e.Next.Add(p.startOffset(e))
	}
	// On a slow network, use at most two thirds of the time.
	e.Next = laterOf(e.Next, now.Add(e.duration/2))
}

// joinRound returns the first poll of the probe that is not before the next poll of e, if
// that is soon after it.
func (p *Poller) joinRound(e *Endpoint) time.Time {
	probe := p.ProbeEndpoint()
	if e == probe || p.hasProbed || probe.Err != nil || probe.Wait <= 0 || probe.Wait > e.MinWait {
		return e.Next
	}
	next := probe.Next
	if late := e.Next.Sub(next) - gatherTime; late > 0 {
		next = next.Add((late + probe.Wait - 1) / probe.Wait * probe.Wait)
	}
	if next.Sub(e.Next) > probe.Wait {
		return e.Next
	}
	return laterOf(e.Next, next)
}

func laterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// rescheduleOthers moves the next polls of all endpoints except one to match their shares
// of the budget.
func (p *Poller) rescheduleOthers(but *Endpoint) {
	for _, e := range p.Endpoints {
		if e == but || e.Disabled || len(e.RecentWork) == 0 {
			continue
		}
		wait := e.nextWait(p.shareOf(e))
		e.Next = laterOf(e.Next.Add(wait-e.Wait), e.Last.Add(e.duration/2))
		e.Wait = wait
	}
}

// shareOf returns the part of the budget that e may use: its own and what the others do
// not need. It is at least a tenth of the budget, so that one slow response of a cheap
// endpoint does not delay its next poll.
func (p *Poller) shareOf(e *Endpoint) float64 {
	uses := make([]float64, 0, len(p.Endpoints))
	at := 0
	for i, other := range p.Endpoints {
		if other == e {
			at = i
		}
		uses = append(uses, other.wantedShare())
	}
	parts := shareBudget(p.Budget, uses)
	spare := p.Budget
	for _, part := range parts {
		spare -= part
	}
	return max(parts[at]+spare, p.Budget/10)
}

// startOffset spreads the endpoints over the minimum interval of e.
func (p *Poller) startOffset(e *Endpoint) time.Duration {
	for i, other := range p.Endpoints {
		if other == e {
			return e.MinWait * time.Duration(i) / time.Duration(len(p.Endpoints)) / 2
		}
	}
	return 0
}

// recordFailure records a failed poll. A failure of the probe means that the target is away.
// After a failure of another endpoint that may mean the same, it polls the probe at
// once, so that an outage is reported once instead of once per endpoint.
func (p *Poller) recordFailure(ctx context.Context, e *Endpoint, err error, took time.Duration) error {
	probe := p.ProbeEndpoint()
	if e == probe {
		return err
	}
	first := e.Err == nil
	if first {
		e.FailedSince = time.Now()
	}
	e.Err = err
	e.Fails++
	e.RecentWork, e.RecentStarts, e.duration = nil, nil, took
	e.Wait = FailureWait(e.Fails, err, took, p.shareOf(e))
	e.Next = time.Now().Add(e.Wait)
	if e.Disabled = problem.HasCause(err, problem.CauseMissing, problem.CauseIndex, problem.CauseRedirect, problem.CauseMemory); e.Disabled {
		e.Wait, e.Next = 0, time.Time{}
	}
	if why, ok := errors.AsType[*problem.Problem](err); ok && why.Cause.MeansAway() {
		if err := p.PollOnce(ctx, probe); err != nil {
			return err
		}
	}
	if first {
		p.OnFailure(e)
	}
	return nil
}

// SleepFor waits for d. It fails only if ctx ends.
func SleepFor(ctx context.Context, d time.Duration) error {
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
