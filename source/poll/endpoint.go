package poll

import (
	"context"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// Endpoint is something that is polled.
type Endpoint struct {
	Kind    profile.Kind
	Path    string        // its path, also its account in [Costs]
	MinWait time.Duration // minimum time between two polls
	// Poll requests it once and sends the result. It returns what that cost the
	// target.
	Poll func(ctx context.Context) (work time.Duration, err error)

	Last, Next    time.Time            // the last success and the next request
	Wait          time.Duration        // from the last request to the next
	RecentWork    []time.Duration      // work of the latest responses
	RecentStarts  []time.Time          // when these were requested
	MaxAnswerWork func() time.Duration // the most that a late response can have cost, 0 if unknown; may be nil
	comparable    []comparableWork     // the latest responses whose cost their size explains
	Size          int64                // bytes of the last response
	duration      time.Duration        // duration of the last request
	Err           error                // of the last request; nil if it succeeded
	Fails         int                  // consecutive failures
	FailedSince   time.Time            // when the first of these failed
	Disabled      bool                 // no longer polled, because the target does not serve it
}

// maxRecentWork is the number of responses by which an endpoint's work is estimated.
const maxRecentWork = 5

// comparableWork is the work of a response, and what its size explains.
type comparableWork struct{ work, explained time.Duration }

// maxComparable is the number of responses among which the fastest is searched.
const maxComparable = 30

func (e *Endpoint) recordSuccess(began, now time.Time, work time.Duration) {
	e.Last, e.Err, e.Fails = now, nil, 0
	e.duration = now.Sub(began)
	e.RecentWork, e.RecentStarts = append(e.RecentWork, work), append(e.RecentStarts, began)
	if known := e.explainedWork(); known > 0 {
		e.comparable = append(e.comparable, comparableWork{work, known})
		e.comparable = e.comparable[max(0, len(e.comparable)-maxComparable):]
	}
	if len(e.RecentWork) > maxRecentWork {
		e.RecentWork, e.RecentStarts = e.RecentWork[1:], e.RecentStarts[1:]
	}
}

// wantedShare returns the share of a core that the endpoint would use at its minimum
// interval.
func (e *Endpoint) wantedShare() float64 {
	switch {
	case e.Disabled:
		return 0
	case e.Fails > 0:
		return float64(e.duration) / float64(e.MinWait)
	}
	return float64(min(medianWork(e.RecentWork), e.MaxWork())) / float64(e.MinWait)
}
