package source

import (
	"context"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// endpoint is something that is polled.
type endpoint struct {
	kind  profile.Kind
	from  string        // its path, also its account in the ledger
	least time.Duration // minimum time between two polls
	// poll requests it once and sends the result. It returns what that cost the
	// target.
	poll func(ctx context.Context) (work time.Duration, err error)

	last, next  time.Time
	wait        time.Duration
	works       []time.Duration      // work of the latest responses
	asked       []time.Time          // when these were requested
	explained   func() time.Duration // the most that a late response can have cost, 0 if unknown; may be nil
	late        func() bool          // whether the target responds late to everything; may be nil
	size        int64                // bytes of the last response
	took        time.Duration        // duration of the last request
	err         error
	fails       int       // consecutive failures
	failedSince time.Time // when the first of these failed
	off         bool
}

// keepWorks is the number of responses by which an endpoint's work is estimated.
const keepWorks = 5

func (e *endpoint) succeeded(began, now time.Time, work time.Duration) {
	e.last, e.err, e.fails = now, nil, 0
	e.took = now.Sub(began)
	e.works, e.asked = append(e.works, work), append(e.asked, began)
	if len(e.works) > keepWorks {
		e.works, e.asked = e.works[1:], e.asked[1:]
	}
}

// use returns the share of a core that the endpoint would use at its minimum
// interval.
func (e *endpoint) use() float64 {
	switch {
	case e.off:
		return 0
	case e.fails > 0:
		return float64(e.took) / float64(e.least)
	}
	return float64(min(median(e.works), e.most())) / float64(e.least)
}

func (e *endpoint) row() Endpoint {
	row := Endpoint{Kind: e.kind, From: e.from, Last: e.last, Next: e.next, Wait: e.wait, Err: e.err, Off: e.off}
	if n := len(e.works); n > 0 {
		row.Work = e.works[n-1]
	}
	return row
}
