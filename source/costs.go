package source

import (
	"math"
	"slices"
	"time"
)

// encodeTimePerByte is the CPU time that net/http/pprof spends per byte of a profile
// before compression. Measured on go1.26 with heap profiles of 2,000 to 60,000
// buckets: 50 to 130 ns.
//
// It is needed because the target sends while it encodes. For a heap profile of
// 60,000 buckets a third of the work is done when the first byte arrives. What
// follows may be work or a slow network: it counts at this rate, but no longer than
// it took, so that a slow tunnel does not look like a busy target.
const encodeTimePerByte = 60 * time.Nanosecond

// maxRoundTrips is the number of responses of the index page that are kept.
const maxRoundTrips = 30

// roundTrips has the times to first byte of the latest responses of the index page.
type roundTrips []time.Duration

func (t *roundTrips) addReply(r response) {
	*t = append(*t, r.firstByte.Sub(r.sent))
	if len(*t) > maxRoundTrips {
		*t = slices.Delete(*t, 0, len(*t)-maxRoundTrips)
	}
}

// workOf returns how long a response kept the target busy: the time from the request
// to the first byte, less the round trip, which is the fastest of the latest
// responses of the index page; plus the encoding of the rest, see encodeTimePerByte.
func (t roundTrips) workOf(r response) time.Duration {
	if r.firstByte.IsZero() {
		return 0
	}
	w := r.firstByte.Sub(r.sent)
	if len(t) > 0 {
		w -= slices.Min(t)
	}
	return max(0, w) + min(max(0, r.lastByte.Sub(r.firstByte)), time.Duration(r.size)*encodeTimePerByte)
}

// lateThreshold is the excess over the fastest response of the index page from which on
// the target counts as late: the page's work is under a millisecond.
const lateThreshold = 10 * time.Millisecond

// isLate reports whether the target responds late to everything: half of the latest
// responses of the index page were late.
func (t roundTrips) isLate() bool {
	last := t[max(0, len(t)-maxRecentWork):]
	return len(t) > 0 && medianWork(last)-slices.Min(t) > lateThreshold
}

// wideArea is a round trip from which on answers may be delayed by lost packets: it is
// that of another continent, a VPN or a mobile network.
const wideArea = 50 * time.Millisecond

// lossyFor is how long a delayed answer of the index page makes others suspect: some
// per cent of the packets may be lost, so that it is one answer in a minute.
const lossyFor = 5 * time.Minute

// delays reports whether the newest answer of the index page came much later than
// others: a packet that was lost on the way is sent again after half a round trip at
// the least.
func (t roundTrips) delays() bool {
	if len(t) == 0 {
		return false
	}
	smallest := slices.Min(t)
	return t[len(t)-1]-smallest > max(lateThreshold, smallest/2)
}

// wide reports whether the way is long, so that delays on it are usual.
func (t roundTrips) wide() bool { return len(t) > 0 && slices.Min(t) > wideArea }

// costs has the cost of the polls of each endpoint.
type costs map[string][]cost

// cost is the work of one request.
type cost struct {
	at   time.Time
	work time.Duration
}

// costWindow is the time over which the displayed cost is averaged.
const costWindow = time.Minute

func (l *costs) book(account string, at time.Time, work time.Duration) {
	if *l == nil {
		*l = costs{}
	}
	(*l)[account] = dropOld(append((*l)[account], cost{at, work}), at)
}

// dropOld drops what is older than the window but for one entry, which shows how long
// the first wait within the window was.
func dropOld(all []cost, now time.Time) []cost {
	for len(all) > 1 && now.Sub(all[1].at) > costWindow {
		all = all[1:]
	}
	return all
}

// pollAccount is what the ledger needs to know of an endpoint.
type pollAccount struct {
	wait    time.Duration // from its last request to the next
	maxWork time.Duration // maximum work of a request; the rest was delay
}

// noLimit is longer than any request takes.
const noLimit = time.Duration(math.MaxInt64)

// coreShare returns the share of one core that all accounts use: for each, the work of
// its latest requests over the time that they cover. The last request covers the
// time until the next one, so an expensive response still counts a minute later. A
// request that belongs to none of the known accounts covers the window.
func (l costs) coreShare(now time.Time, known map[string]pollAccount) float64 {
	var sum float64
	for name, all := range l {
		// An endpoint that became rare leaves its share to the others. Its frequent polls
		// must not count any longer than the slower ones of the others do.
		all = dropOld(all, now)
		l[name] = all
		acc, again := known[name]
		wait := acc.wait
		if !again {
			wait = costWindow
			if now.Sub(all[len(all)-1].at) > costWindow {
				delete(l, name)
				continue
			}
		}
		var work time.Duration
		for _, s := range all {
			if again {
				s.work = min(s.work, acc.maxWork)
			}
			work += s.work
		}
		last := all[len(all)-1]
		over := last.at.Sub(all[0].at) + max(wait, now.Sub(last.at))
		if over > 0 {
			sum += float64(work) / float64(over)
		}
	}
	return sum
}
