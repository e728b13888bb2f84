package source

import (
	"slices"
	"time"
)

// Work is the time that an answer kept the target busy: from the request to the
// first byte, less the round trip, which is the smallest answer of the index
// page lately. What comes after the first byte is either the network or the
// target still encoding: net/http/pprof sends as it goes. It is counted as
// encoding, at the rate measured below, and never longer than it took, so that
// a slow network does not look like a busy target.
//
// encodeRate was measured on go1.26 with heap profiles of 2,000 to 60,000
// buckets on a loopback connection.
const encodeRate = 60 * time.Nanosecond // per byte on the wire

// keepTrips is how many answers of the index page make "lately".
const keepTrips = 30

// trips are the last answers of the index page.
type trips []time.Duration

func (t *trips) add(r reply) {
	*t = append(*t, r.first.Sub(r.sent))
	if len(*t) > keepTrips {
		*t = slices.Delete(*t, 0, len(*t)-keepTrips)
	}
}

func (t trips) work(r reply) time.Duration {
	if r.first.IsZero() {
		return 0
	}
	w := r.first.Sub(r.sent)
	if len(t) > 0 {
		w = max(0, w-slices.Min(t))
	}
	return w + min(max(0, r.done.Sub(r.first)), time.Duration(r.size)*encodeRate)
}

// ledger keeps what the polls of each endpoint cost.
type ledger map[string][]spent

// spent is the work of one request at a time.
type spent struct {
	at   time.Time
	work time.Duration
}

// costWindow is over what time the cost shown is taken.
const costWindow = time.Minute

func (l *ledger) add(account string, at time.Time, work time.Duration) {
	if *l == nil {
		*l = ledger{}
	}
	all := append((*l)[account], spent{at, work})
	// One entry older than the window stays: it says how long the first wait
	// within the window was.
	for len(all) > 1 && at.Sub(all[1].at) > costWindow {
		all = all[1:]
	}
	(*l)[account] = all
}

// share is what all accounts took of one core: for each the work of its last
// requests over the time that they stand for. The last request stands for the
// time until the next, which wait tells, so that one expensive answer is not a
// burst that is forgotten a minute later.
func (l ledger) share(now time.Time, wait func(account string) time.Duration) float64 {
	var sum float64
	for account, all := range l {
		var work time.Duration
		for _, s := range all {
			work += s.work
		}
		last := all[len(all)-1]
		over := last.at.Sub(all[0].at) + max(wait(account), now.Sub(last.at))
		if over > 0 {
			sum += float64(work) / float64(over)
		}
	}
	return sum
}
