package source

import (
	"cmp"
	"errors"
	"math/rand/v2"
	"slices"
	"time"
)

// allow shares out the budget, a share of one core of the target, among the
// endpoints: uses is what each would take if it were asked as often as its
// least wait lets. Who needs less than an even part leaves the rest to the
// others, so that all together stay within the budget (max-min fairness).
func allow(budget float64, uses []float64) []float64 {
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

// maxWait bounds what one odd measurement can do.
const maxWait = 10 * time.Minute

// pace is the time from one poll of an endpoint to the next: its least wait, or
// longer where work would take more than the share allowed.
func pace(least, work time.Duration, share float64) time.Duration {
	if work <= 0 || float64(work) <= share*float64(least) {
		return least
	}
	if share <= 0 {
		return maxWait
	}
	return max(least, time.Duration(min(float64(work)/share, float64(maxWait))))
}

// median of some works, the smaller of two.
func median(works []time.Duration) time.Duration {
	if len(works) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(works))
	return s[(len(s)-1)/2]
}

// secondLook is how long is waited at the most after a first answer of which
// nobody knows what it should have taken: a single one may have been late by chance,
// and the watch would know nothing new for minutes. Was it the work after all, the
// third poll is later by what the second was too early.
const secondLook = 10 * time.Second

// What answers cost at the most where all of them are late, ten times of what was
// measured: an allocation site or a goroutine of a profile 2.3 and 3 µs, a site of the
// heap as text 40 µs.
const (
	entryWork     = 10 * 3 * time.Microsecond
	textEntryWork = 10 * 40 * time.Microsecond
	answerWork    = 5 * time.Millisecond // beside the entries; all of /debug/vars
	indexWork     = 2 * time.Millisecond
)

// explained is what a profile of so many entries costs at the most, 0 if nobody
// knows how many.
func explained(entries int, each time.Duration) time.Duration {
	if entries == 0 {
		return 0
	}
	return answerWork + time.Duration(min(entries, 1e9))*each
}

// waitWith is the time from the last poll of an endpoint to the next: what an answer
// usually takes wants, and longer where the last ones together would go beyond a share
// of a core by then. None is on credit, and a dear one among cheap ones changes little.
func (e *endpoint) waitWith(share float64) time.Duration {
	most := e.most()
	var sum time.Duration
	for _, w := range e.works {
		sum += min(w, most)
	}
	usual := pace(e.least, min(median(e.works), most), share)
	wait := max(usual, pace(0, sum, share)-e.asked[len(e.asked)-1].Sub(e.asked[0]))
	if most == unbounded {
		return min(wait, max(e.least, secondLook))
	}
	return wait
}

// undelayed is what an answer costs at the most by those of the last that came soonest.
// Delays on the way only add to the work, so the others tell nothing of it.
func (e *endpoint) undelayed() time.Duration {
	if len(e.works) == 0 {
		return 0
	}
	soonest := slices.Sorted(slices.Values(e.works))[len(e.works)/4]
	return soonest + soonest/2
}

// most is what an answer counts for at the most. Where the target answers late
// whatever it is asked, because it gets no CPU or the way to it is slow, what takes
// longer than its profile explains was delayed, however often that happens: it is no
// cost of the watch, which would slow down for nothing. Else one answer among others
// was delayed if it took thrice their median, and all that took long were work.
func (e *endpoint) most() time.Duration {
	known := time.Duration(0)
	if e.explained != nil {
		known = e.explained()
	}
	switch {
	case known > 0 && e.late != nil && e.late():
		return min(known, max(e.undelayed(), answerWork))
	case len(e.works) == 0, len(e.works) == 1 && e.works[0] > known:
		return unbounded // there is nothing to compare with
	}
	return max(known, 3*median(e.works))
}

// Back-off: a target that says no is asked again after 1, 2, 4 ... seconds; one
// that is away is looked for every second, because its return within two
// seconds is what a user waits for and a connection refused costs nobody
// anything.
const (
	backoffFirst = time.Second
	backoffMost  = 15 * time.Second
	lookEvery    = time.Second
)

// backoff is the wait after so many failures in a row.
func backoff(fails int) time.Duration {
	return jitter(min(backoffFirst<<min(fails-1, 10), backoffMost))
}

// lookAgain is the wait before the target as a whole is looked for again.
func lookAgain(fails int, err error) time.Duration {
	if p, ok := errors.AsType[*Problem](err); ok && !p.Cause.away() {
		return max(backoff(fails), p.Again)
	}
	return jitter(lookEvery)
}

// penalty is the wait after a poll of one endpoint failed. A request that took
// long and brought nothing may have cost the target as much as one that did.
func penalty(fails int, err error, took time.Duration, share float64) time.Duration {
	wait := max(backoff(fails), min(pace(0, took, share), time.Minute))
	if p, ok := errors.AsType[*Problem](err); ok {
		wait = max(wait, p.Again)
	}
	return wait
}

// jitter is d, up to a fifth more or less, so that many watchers of one target
// do not come back at the same moment.
func jitter(d time.Duration) time.Duration {
	return d + time.Duration((rand.Float64()*0.4-0.2)*float64(d))
}
