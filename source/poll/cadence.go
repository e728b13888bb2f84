package poll

import (
	"cmp"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/leaktop/leaktop/source/problem"
)

// shareBudget divides the budget, a share of one core of the target, among endpoints.
// uses has the share that each would use at its minimum interval. An endpoint that
// needs less than an equal part leaves the rest to the others (max-min fairness).
func shareBudget(budget float64, uses []float64) []float64 {
	order := make([]int, len(uses))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(uses[a], uses[b]) })
	out := make([]float64, len(uses))
	for k, i := range order {
		out[i] = min(uses[i], budget/float64(len(uses)-k))
		budget -= out[i]
	}
	return out
}

// maxWait bounds the effect of one odd measurement.
const maxWait = 10 * time.Minute

// pollWait returns the time from one poll of an endpoint to the next: the minimum, or
// longer if work would exceed the share of a core.
func pollWait(minWait, work time.Duration, share float64) time.Duration {
	if work <= 0 || float64(work) <= share*float64(minWait) {
		return minWait
	}
	if share <= 0 {
		return maxWait
	}
	return max(minWait, time.Duration(min(float64(work)/share, float64(maxWait))))
}

// medianWork returns the median of works, the smaller one of two.
func medianWork(works []time.Duration) time.Duration {
	if len(works) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(works))
	return s[(len(s)-1)/2]
}

// maxSecondWait bounds the wait after a first response whose cost cannot be judged
// yet. It may have been late by chance, and waiting for minutes would leave the
// watch without data. If it really was work, the third poll is correspondingly
// later.
const maxSecondWait = 10 * time.Second

// Upper bounds on the cost of a response if all responses are late: ten times what
// was measured, 2.3 µs per allocation site and 3 µs per goroutine of a profile, and
// 40 µs per site of the heap profile as text.
const (
	EntryWork     = 10 * 3 * time.Microsecond
	TextEntryWork = 10 * 40 * time.Microsecond
	AnswerWork    = 5 * time.Millisecond // in addition to the entries; all of /debug/vars
	IndexWork     = 2 * time.Millisecond
)

// MaxAnswerWork returns the maximum cost of a profile with a number of entries; 0 if
// that number is unknown.
func MaxAnswerWork(entries int, each time.Duration) time.Duration {
	if entries == 0 {
		return 0
	}
	return AnswerWork + time.Duration(min(entries, 1e9))*each
}

// nextWait returns the time from the last poll of an endpoint to the next, given a
// share of a core: as long as the usual work requires, or longer if the latest
// responses together would exceed the share by then. A single expensive response
// among cheap ones changes little.
func (e *Endpoint) nextWait(share float64) time.Duration {
	most := e.MaxWork()
	var sum time.Duration
	for _, w := range e.RecentWork {
		sum += min(w, most)
	}
	usual := pollWait(e.MinWait, min(medianWork(e.RecentWork), most), share)
	wait := max(usual, pollWait(0, sum, share)-e.RecentStarts[len(e.RecentStarts)-1].Sub(e.RecentStarts[0]))
	if most == noLimit {
		return min(wait, max(e.MinWait, maxSecondWait))
	}
	return wait
}

// undelayed returns the maximum cost of a response, judging by the fastest of the latest
// responses: delays only add to the work, and the work grows no faster than the profile.
// It returns noLimit while there is nothing to compare with.
func (e *Endpoint) undelayed() time.Duration {
	if len(e.comparable) < 2 {
		return noLimit
	}
	now, soonest := e.comparable[len(e.comparable)-1].explained, math.Inf(1)
	for _, c := range e.comparable {
		soonest = min(soonest, float64(c.work)*max(1, float64(now)/float64(c.explained)))
	}
	return max(2*time.Duration(soonest), AnswerWork)
}

// MaxWork returns the maximum time of a response that counts as work. Anything longer
// was delay, in the network or on a machine without CPU for the target, where slowing
// down the watch would not help. The maximum is what the profile's size explains, but no
// more than the fastest of the latest responses show. While the size is unknown, it is
// three times the median of the latest responses.
func (e *Endpoint) MaxWork() time.Duration {
	known := e.explainedWork()
	switch {
	case known > 0:
		return min(known, e.undelayed())
	case len(e.RecentWork) < 2:
		return noLimit // nothing to compare with
	}
	return 3 * medianWork(e.RecentWork)
}

// explainedWork returns what the size of the profile explains; 0 if that is unknown.
func (e *Endpoint) explainedWork() time.Duration {
	if e.MaxAnswerWork == nil {
		return 0
	}
	return e.MaxAnswerWork()
}

// Back-off: an endpoint that fails is polled again after 1, 2, 4 ... seconds. A
// target that is away is probed every second: the user waits for its return, and a
// refused connection costs nothing.
const (
	minBackoff    = time.Second
	maxBackoff    = 15 * time.Second
	probeInterval = time.Second
)

// backoffWait returns the wait after a number of consecutive failures.
func backoffWait(fails int) time.Duration {
	return addJitter(min(minBackoff<<min(fails-1, 10), maxBackoff))
}

// ProbeWait returns the wait before the target as a whole is probed again.
func ProbeWait(fails int, err error) time.Duration {
	if p, ok := errors.AsType[*problem.Problem](err); ok && !p.Cause.MeansAway() {
		return max(backoffWait(fails), p.RetryAfter)
	}
	return addJitter(probeInterval)
}

// FailureWait returns the wait after a failed poll of one endpoint. A request that took
// long may have cost the target as much as a successful one.
func FailureWait(fails int, err error, took time.Duration, share float64) time.Duration {
	wait := max(backoffWait(fails), min(pollWait(0, took, share), time.Minute))
	if p, ok := errors.AsType[*problem.Problem](err); ok {
		wait = max(wait, p.RetryAfter)
	}
	return wait
}

// addJitter varies d by up to a fifth, so that several watchers of one target do not
// return at the same moment.
func addJitter(d time.Duration) time.Duration {
	return d + time.Duration((rand.Float64()*0.4-0.2)*float64(d))
}
