package source

import (
	"context"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// endpoint is one thing that is asked again and again.
type endpoint struct {
	kind  profile.Kind
	from  string        // its path, also its account in the ledger
	least time.Duration // between two polls
	// poll asks once and sends what came. It returns what that cost the target.
	poll func(ctx context.Context) (work time.Duration, err error)

	last, next  time.Time
	wait        time.Duration
	works       []time.Duration      // of the last answers
	asked       []time.Time          // when these were asked for
	explained   func() time.Duration // what an answer costs at the most where it is late, 0 if not known; may be nil
	late        func() bool          // whether the target answers late whatever it is asked; may be nil
	size        int64                // bytes of the last answer
	took        time.Duration        // of the last answer
	err         error
	fails       int       // in a row
	failedSince time.Time // when the first of these failed
	off         bool
}

// keepWorks is over how many answers an endpoint's work is judged.
const keepWorks = 5

func (e *endpoint) succeeded(began, now time.Time, work time.Duration) {
	e.last, e.err, e.fails = now, nil, 0
	e.took = now.Sub(began)
	e.works, e.asked = append(e.works, work), append(e.asked, began)
	if len(e.works) > keepWorks {
		e.works, e.asked = e.works[1:], e.asked[1:]
	}
}

// use is the share of a core that the endpoint would take at its least wait.
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
