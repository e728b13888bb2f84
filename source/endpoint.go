package source

import (
	"context"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// pollState is something that is polled.
type pollState struct {
	kind    profile.Kind
	path    string        // its path, also its account in the ledger
	minWait time.Duration // minimum time between two polls
	// poll requests it once and sends the result. It returns what that cost the
	// target.
	poll func(ctx context.Context) (work time.Duration, err error)

	last, next    time.Time
	wait          time.Duration
	recentWork    []time.Duration      // work of the latest responses
	recentStarts  []time.Time          // when these were requested
	maxAnswerWork func() time.Duration // the most that a late response can have cost, 0 if unknown; may be nil
	targetIsLate  func() bool          // whether the target responds late to everything; may be nil
	size          int64                // bytes of the last response
	duration      time.Duration        // duration of the last request
	err           error
	fails         int       // consecutive failures
	failedSince   time.Time // when the first of these failed
	disabled      bool
}

// maxRecentWork is the number of responses by which an endpoint's work is estimated.
const maxRecentWork = 5

func (e *pollState) recordSuccess(began, now time.Time, work time.Duration) {
	e.last, e.err, e.fails = now, nil, 0
	e.duration = now.Sub(began)
	e.recentWork, e.recentStarts = append(e.recentWork, work), append(e.recentStarts, began)
	if len(e.recentWork) > maxRecentWork {
		e.recentWork, e.recentStarts = e.recentWork[1:], e.recentStarts[1:]
	}
}

// wantedShare returns the share of a core that the endpoint would use at its minimum
// interval.
func (e *pollState) wantedShare() float64 {
	switch {
	case e.disabled:
		return 0
	case e.fails > 0:
		return float64(e.duration) / float64(e.minWait)
	}
	return float64(min(medianWork(e.recentWork), e.maxWork())) / float64(e.minWait)
}

func (e *pollState) toEndpoint() Endpoint {
	row := Endpoint{Kind: e.kind, Path: e.path, Last: e.last, Next: e.next, Wait: e.wait, Err: e.err, Disabled: e.disabled}
	if n := len(e.recentWork); n > 0 {
		row.Work = e.recentWork[n-1]
	}
	return row
}
