package poll

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

// Reply says when a response arrived.
type Reply struct {
	Sent      time.Time // when the request was written, after dialing
	FirstByte time.Time // when the first byte arrived
	LastByte  time.Time // when the last byte arrived
	Size      int64     // size of the uncompressed content in bytes
}

// maxRoundTrips is the number of responses of the index page that are kept.
const maxRoundTrips = 30

// RoundTrips has the times to first byte of the latest responses of the index page.
type RoundTrips []time.Duration

// AddReply adds the response of the index page.
func (t *RoundTrips) AddReply(r Reply) {
	*t = append(*t, r.FirstByte.Sub(r.Sent))
	if len(*t) > maxRoundTrips {
		*t = slices.Delete(*t, 0, len(*t)-maxRoundTrips)
	}
}

// WorkOf returns how long a response kept the target busy: the time from the request
// to the first byte, less the round trip, which is the fastest of the latest
// responses of the index page; plus the encoding of the rest, see encodeTimePerByte.
func (t RoundTrips) WorkOf(r Reply) time.Duration {
	if r.FirstByte.IsZero() {
		return 0
	}
	w := r.FirstByte.Sub(r.Sent)
	if len(t) > 0 {
		w -= slices.Min(t)
	}
	return max(0, w) + min(max(0, r.LastByte.Sub(r.FirstByte)), time.Duration(r.Size)*encodeTimePerByte)
}

// Costs has the cost of the polls of each endpoint.
type Costs map[string][]cost

// cost is the work of one request.
type cost struct {
	at   time.Time
	work time.Duration
}

// costWindow is the time over which the displayed cost is averaged.
const costWindow = time.Minute

// Book books the work of a request to an account.
func (c *Costs) Book(account string, at time.Time, work time.Duration) {
	if *c == nil {
		*c = Costs{}
	}
	(*c)[account] = dropOld(append((*c)[account], cost{at, work}), at)
}

// dropOld drops what is older than the window but for one entry, which shows how long
// the first wait within the window was.
func dropOld(all []cost, now time.Time) []cost {
	for len(all) > 1 && now.Sub(all[1].at) > costWindow {
		all = all[1:]
	}
	return all
}

// Account is what [Costs] needs to know of an endpoint.
type Account struct {
	Wait    time.Duration // from its last request to the next
	MaxWork time.Duration // maximum work of a request; the rest was delay
}

// noLimit is longer than any request takes.
const noLimit = time.Duration(math.MaxInt64)

// CoreShare returns the share of one core that all accounts use: for each, the work of
// its latest requests over the time that they cover. The last request covers the
// time until the next one, so an expensive response still counts a minute later. A
// request that belongs to none of the known accounts covers the window.
func (c Costs) CoreShare(now time.Time, known map[string]Account) float64 {
	var sum float64
	for name, all := range c {
		// An endpoint that became rare leaves its share to the others. Its frequent polls
		// must not count any longer than the slower ones of the others do.
		all = dropOld(all, now)
		c[name] = all
		acc, again := known[name]
		wait := acc.Wait
		if !again {
			wait = costWindow
			if now.Sub(all[len(all)-1].at) > costWindow {
				delete(c, name)
				continue
			}
		}
		var work time.Duration
		for _, s := range all {
			if again {
				s.work = min(s.work, acc.MaxWork)
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
